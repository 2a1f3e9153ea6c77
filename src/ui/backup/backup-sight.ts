/**
 * How backups stand, for one component: asked of the engine and kept up by its events, together with what this tab is
 * doing. Re-renders its host; knows nothing of what is shown.
 */
import { type ReactiveController, type ReactiveControllerHost } from 'lit';
import { type BackupView } from '../../engine/api.ts';
import { type FaultCode } from '../../lib/fault.ts';
import { engine } from '../contexts/engine-client.ts';
import { faultCode } from '../i18n/faults.ts';
import { watchWork } from './backup-work.ts';

export class BackupSight implements ReactiveController {
  /** Undefined until the engine has answered. */
  view: BackupView | undefined;
  fault: FaultCode | undefined;
  readonly #host: ReactiveControllerHost;
  #stops: readonly (() => void)[] = [];

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    this.#stops = [
      watchWork(() => this.#host.requestUpdate()),
      engine().listen((event) => {
        if (event.type === 'backup') this.take(event.backup);
        else if (event.type === 'restarted') void this.#ask();
      }),
    ];
    void this.#ask();
  }

  hostDisconnected(): void {
    for (const stop of this.#stops) stop();
  }

  /** Shows this from now on. */
  take(view: BackupView): void {
    this.view = view;
    this.fault = undefined;
    this.#host.requestUpdate();
  }

  async #ask(): Promise<void> {
    try {
      this.take(await engine().call('backup', null));
    } catch (error) {
      this.fault = faultCode(error);
      this.#host.requestUpdate();
    }
  }
}
