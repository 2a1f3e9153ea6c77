/** What a page may tell the service worker. `activate`: a person clicked `Reload`. */
export interface ShellMessage {
  readonly type: 'activate';
}

/** What the service worker tells a page. `open-chat`: a person clicked the notification of that chat. */
export interface PageMessage {
  readonly type: 'open-chat';
  readonly conversation: string;
}
