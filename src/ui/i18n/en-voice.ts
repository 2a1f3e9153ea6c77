/** English: recording and hearing voice notes. */
export const enVoice = {
  'voice.note': 'Voice note',
  'voice.asking': 'Waiting for the microphone; the browser may ask you to allow it',
  'voice.recording': 'Recording',
  'voice.silent': 'Nothing is heard; the microphone may be muted',
  'voice.paused': 'Paused',
  'voice.stopped': 'Recorded {time}; listen, send or discard it',
  'voice.lost':
    'The microphone went away. What was recorded until then is here: send it or discard it.',
  'voice.longest':
    'A voice note has at most 60 minutes. All of them are here: send it or discard it.',
  'voice.discarded': 'Voice note discarded',
  'voice.undo': 'Undo',
  'voice.not-sent': 'The voice note was not sent and is still here. {reason}',
  'voice.level': 'Level',
  'voice.pause': 'Pause',
  'voice.resume': 'Resume',
  'voice.stop': 'Stop',
  'voice.discard': 'Discard',
  'voice.play': 'Play',
  'voice.position': 'Position',
  'voice.place': '{time} of {length}',
  'voice.speed': 'Speed',
  'voice.times': '{speed}×',
  'voice.fresh': 'Not played yet',
} as const;
