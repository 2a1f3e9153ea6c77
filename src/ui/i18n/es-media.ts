/** Spanish: attachments, before they are sent, in a chat and in the viewer. */
import type { enMedia } from './en-media.ts';
import { esVoice } from './es-voice.ts';
import { type Text } from './text.ts';

export const esMedia: Readonly<Record<keyof typeof enMedia, Text>> = {
  ...esVoice,

  'media.download': 'Descargar {size}',
  'media.pause': 'Pausar',
  'media.cancel-upload': 'Cancelar el envío',
  'media.cancel-download': 'Cancelar la descarga',
  'media.resume': 'Seguir',
  'media.preparing': 'Preparando…',
  'media.uploading': 'Subiendo',
  'media.fetching': 'Descargando',
  'media.amount': '{done} de {total}',
  'media.paused': 'En pausa',
  'media.after-accept': 'Se puede descargar cuando aceptes',
  'media.after-unblock': 'No se puede descargar de alguien a quien has bloqueado',
  'media.gone': 'Ya no está en el relé',
  'media.removed': 'Borrado aquí',
  'media.ask': 'Pedir a {name} que lo mande otra vez',
  'media.asked': 'Pedido; falta que {name} lo mande',
  'media.save': 'Guardar',
  'media.open': 'Abrir {name}',

  'media.viewer': 'Multimedia',
  'media.previous': 'Anterior',
  'media.next': 'Siguiente',
  'media.save-viewed': 'Descargar',
  'media.zoom': 'Ampliar',

  'media.gallery': 'Multimedia, archivos y enlaces',
  'media.gallery-media': 'Multimedia',
  'media.gallery-files': 'Archivos',
  'media.gallery-links': 'Enlaces',
  'media.gallery-none-media': 'Aún no hay fotos ni vídeos',
  'media.gallery-none-files': 'Aún no hay archivos',
  'media.gallery-none-links': 'Aún no hay enlaces',
  'media.gallery-more': 'Mostrar anteriores',
  'media.gallery-hint': 'Lo que se envió aquí además de palabras',

  'media.delete-only': 'Borrar solo el adjunto',
  'media.delete-only-hint': 'El mensaje se queda, y el adjunto deja de ocupar sitio aquí.',

  'media.tray': 'Enviar archivos',
  'media.caption': 'Comentario',
  'media.remove': 'Quitar el adjunto',
  'media.send': 'Enviar',
  'media.looking': 'Mirándolo…',
  'media.sending': 'Enviando {count} de {total}…',
  'media.original': 'Original',
  'media.original-hint': 'Los bytes tal cual, con lugar, hora y aparato si la cámara los apuntó',
  'media.clean': 'Sin lugar ni datos de la cámara',
  'media.as-it-is': 'Se envía tal cual, con lo que la cámara apuntó dentro',
  'media.as-file':
    'Esta imagen no se puede mostrar aquí. Va como archivo, con lo que la cámara apuntó dentro',
  'media.too-large': {
    one: '{count} archivo tiene más de 2 GB y se ha quedado fuera',
    other: '{count} archivos tienen más de 2 GB y se han quedado fuera',
  },
  'media.draft': { one: '{count} adjunto', other: '{count} adjuntos' },
  'media.draft-open': {
    one: '{count} adjunto en el borrador',
    other: '{count} adjuntos en el borrador',
  },
  'media.draft-lost': {
    one: '{count} adjunto del borrador ya no se puede leer. Adjúntalo otra vez.',
    other: '{count} adjuntos del borrador ya no se pueden leer. Adjúntalos otra vez.',
  },
  'media.unkept-large':
    'Demasiado grande para el borrador: se queda aquí solo mientras esta pestaña esté abierta. Envíalo antes de cerrarla.',
  'media.unkept':
    'No se ha guardado en el borrador: se queda aquí solo mientras esta pestaña esté abierta. {reason} Envíalo antes de cerrarla.',
  'media.earlier': 'Mover antes',
  'media.later': 'Mover después',
};
