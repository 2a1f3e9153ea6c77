/**
 * The microphone: asks the browser for one voice, and says in a Fault why there is none. Keeps nothing; whoever asked
 * stops the tracks.
 */
import { Fault, type FaultCode } from '../lib/fault.ts';

/** As much of MediaDevices as is used; absent on an insecure origin. */
export type Devices = Pick<MediaDevices, 'getUserMedia'>;

const codes: Readonly<Record<string, FaultCode>> = {
  NotAllowedError: 'microphone-denied',
  SecurityError: 'microphone-denied',
  NotFoundError: 'no-microphone',
  OverconstrainedError: 'no-microphone',
  NotReadableError: 'microphone-busy',
  AbortError: 'microphone-busy',
};

/**
 * One voice, cleaned by the browser of echo and noise.
 * @param deviceId the microphone that was chosen; where it is gone, another is taken
 * @throws Fault `microphone-denied`, `no-microphone` or `microphone-busy`
 */
export async function openMicrophone(
  devices: Devices | undefined = globalThis.navigator?.mediaDevices,
  deviceId?: string,
): Promise<MediaStream> {
  if (!devices) throw new Fault('no-microphone');
  try {
    return await devices.getUserMedia({
      audio: {
        channelCount: 1,
        echoCancellation: true,
        noiseSuppression: true,
        autoGainControl: true,
        ...(deviceId && { deviceId }),
      },
    });
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    throw new Fault(codes[name] ?? 'microphone-busy', 'now', error);
  }
}
