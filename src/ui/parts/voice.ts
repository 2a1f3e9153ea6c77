/** Recording and hearing voice notes, loaded together with the first of either: their parts share most of what they are. */
import './voice-message.ts';

export { openRecorder } from './voice-recorder.ts';
