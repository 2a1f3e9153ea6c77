/** Spanish: recording and hearing voice notes. */
import type { enVoice } from './en-voice.ts';
import { type Text } from './text.ts';

export const esVoice: Readonly<Record<keyof typeof enVoice, Text>> = {
  'voice.note': 'Nota de voz',
  'voice.asking': 'Esperando al micrófono; quizá el navegador te pida permiso',
  'voice.recording': 'Grabando',
  'voice.silent': 'No se oye nada; quizá el micrófono está silenciado',
  'voice.paused': 'En pausa',
  'voice.stopped': 'Grabados {time}; escúchala, envíala o descártala',
  'voice.lost':
    'El micrófono ha desaparecido. Lo grabado hasta entonces está aquí: envíalo o descártalo.',
  'voice.longest':
    'Una nota de voz dura 60 minutos como máximo. Están todos aquí: envíala o descártala.',
  'voice.discarded': 'Nota de voz descartada',
  'voice.undo': 'Deshacer',
  'voice.not-sent': 'La nota de voz no se ha enviado y sigue aquí. {reason}',
  'voice.level': 'Nivel',
  'voice.pause': 'Pausar',
  'voice.resume': 'Continuar',
  'voice.stop': 'Detener',
  'voice.discard': 'Descartar',
  'voice.play': 'Reproducir',
  'voice.position': 'Posición',
  'voice.place': '{time} de {length}',
  'voice.speed': 'Velocidad',
  'voice.times': '{speed}×',
  'voice.fresh': 'Sin escuchar',
};
