/** Spanish: attachments, before they are sent and in a chat. */
import type { enMedia } from './en-media.ts';
import { type Text } from './text.ts';

export const esMedia: Readonly<Record<keyof typeof enMedia, Text>> = {
  'media.download': 'Descargar {size}',
  'media.cancel-upload': 'Cancelar el envío',
  'media.cancel-download': 'Cancelar la descarga',
  'media.resume': 'Seguir',
  'media.again': 'Probar otra vez',
  'media.preparing': 'Preparando…',
  'media.uploading': '{done} de {total}',
  'media.fetching': '{done} de {total}',
  'media.paused': 'En pausa',
  'media.gone': 'Ya no está en el relé',
  'media.removed': 'Borrado aquí',
  'media.save': 'Guardar {name}',
  'media.tray': 'Enviar archivos',
  'media.caption': 'Comentario',
  'media.remove': 'Quitar el adjunto',
  'media.send': 'Enviar',
  'media.original': 'Original',
  'media.original-hint': 'Los bytes tal cual, con lugar, hora y aparato si la cámara los apuntó',
  'media.clean': 'Sin lugar ni datos de la cámara',
  'media.as-file': 'Esta imagen no se puede mostrar aquí y va como archivo',
  'media.too-large': 'Los archivos pueden tener hasta 2 GB',
};
