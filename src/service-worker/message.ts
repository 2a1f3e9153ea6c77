/** What a page may tell the service worker. `activate`: a person clicked `Reload`. */
export interface ShellMessage {
  readonly type: 'activate';
}
