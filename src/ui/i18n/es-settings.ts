/** Spanish texts of Settings. */
import type { enSettings } from './en-settings.ts';
import { type Text } from './text.ts';

export const esSettings: Readonly<Record<keyof typeof enSettings, Text>> = {
  'settings.profile': 'Perfil',
  'settings.name-save': 'Guardar nombre',
  'settings.name-saved': 'Guardado. Desde ahora lo ven las personas con las que hablas.',
  'settings.address': 'Tu dirección',
  'settings.address-hint':
    'Es un resumen de tu clave: nadie puede hacerse pasar por ella. Para que te encuentren, envía un enlace de invitación.',
  'settings.registered-not': 'El relé aún no sabe de esta cuenta; lo sabrá cuando haya conexión.',

  'settings.privacy': 'Privacidad',
  'settings.privacy-hint': 'Todo esto es recíproco: lo que apagues tampoco lo verás de los demás.',
  'settings.receipts': 'Confirmaciones de lectura',
  'settings.receipts-hint': 'Las marcas se colorean cuando se lee un mensaje.',
  'settings.typing': 'Escritura',
  'settings.typing-hint': 'Mostrar que estás escribiendo.',
  'settings.last-seen': 'En línea y última vez',
  'settings.last-seen-hint': 'Mostrar cuándo estás y cuándo estuviste por última vez.',

  'settings.calls': 'Llamadas',

  'settings.notifications': 'Notificaciones',
  'settings.notify-level': 'Una notificación muestra',
  'settings.notify-name-and-text': 'el nombre y el texto',
  'settings.notify-name': 'solo el nombre',
  'settings.notify-nothing': 'solo que hay algo nuevo',
  'settings.notify-off': 'nada: sin notificaciones',
  'settings.notify-closed':
    'Llegan mientras Sotto está abierto en una pestaña o como aplicación, también en segundo plano. Si está cerrado, los mensajes esperan en el relé hasta que lo abras.',
  'settings.notify-unasked': 'Aún no se ha preguntado al navegador.',
  'settings.notify-unsupported': 'Este navegador no tiene notificaciones.',

  'settings.backup': 'Copia de seguridad',

  'settings.storage': 'Almacenamiento',
  'settings.storage-used': 'Sotto usa {used} de {quota} en este navegador',
  'settings.storage-used-only': 'Sotto usa {used} en este navegador',
  'settings.storage-kept': 'El navegador ha prometido no borrarlo por su cuenta.',
  'settings.storage-not-kept':
    'Si al equipo le falta espacio, el navegador puede borrarlo, y la cuenta con ello. Ayuda usar Sotto a menudo o instalarlo.',
  'settings.storage-warning':
    'Queda poco espacio. Elimina algún chat que ya no necesites o libera espacio en el equipo.',
  'settings.storage-chats': 'Chats por tamaño',
  'settings.storage-chat': 'Chat',
  'settings.storage-messages': 'Mensajes',
  'settings.storage-size': 'Tamaño',
  'settings.storage-sorts': 'Por clase',
  'settings.storage-sort': 'Clase',
  'settings.sort-messages': 'Mensajes',
  'settings.sort-photos': 'Fotos, GIF y stickers',
  'settings.sort-voice': 'Notas de voz',
  'settings.sort-videos': 'Vídeos',
  'settings.sort-files': 'Archivos y audio',
  'settings.sort-kept': 'Mis stickers y GIF guardados',
  'settings.downloads': 'Descargar sin preguntar',
  'settings.downloads-hint':
    'Lo demás espera a un clic. De pago por uso son los datos móviles o un navegador que ahorra datos, si lo dice.',
  'settings.downloads-never': 'Nunca',
  'settings.downloads-up-to': 'Hasta {size}',
  'settings.downloads-any': 'Cualquier tamaño',
  'settings.downloads-metered': 'También con conexiones de pago por uso',
  'settings.media-open': 'Borrar multimedia…',
  'settings.media-open-of': 'Borrar multimedia de {name}',
  'settings.media-title': 'Borrar multimedia',
  'settings.media-title-of': 'Borrar multimedia de {name}',
  'settings.media-hint':
    'Los mensajes se quedan. Lo que mandaron otros se puede volver a pedir; lo que mandaste tú ya no estará aquí.',
  'settings.media-all': 'Seleccionar todo',
  'settings.media-chosen': {
    one: '{count} seleccionado, {size}',
    other: '{count} seleccionados, {size}',
  },
  'settings.media-list': 'Adjuntos por tamaño',
  'settings.media-more': 'Ver más',
  'settings.media-none': 'Aquí no hay multimedia que se pueda borrar.',
  'settings.media-delete': 'Borrar…',
  'settings.media-sure': {
    one: '¿Borrar {count} adjunto, {size}, de este navegador? Su mensaje se queda.',
    other: '¿Borrar {count} adjuntos, {size}, de este navegador? Sus mensajes se quedan.',
  },
  'settings.media-delete-now': 'Borrar multimedia',
  'settings.media-deleting': 'Borrando multimedia',
  'settings.media-progress': {
    one: '{done} de {count} borrado',
    other: '{done} de {count} borrados',
  },
  'settings.media-kept': {
    one: '{count} adjunto todavía se está enviando y se queda.',
    other: '{count} adjuntos todavía se están enviando y se quedan.',
  },
  'settings.storage-meter': 'Parte del espacio usada',

  'settings.appearance': 'Apariencia',
  'settings.theme': 'Tema',
  'settings.theme-auto': 'Como el sistema',
  'settings.theme-light': 'Claro',
  'settings.theme-dark': 'Oscuro',
  'settings.text-size': 'Tamaño del texto',
  'settings.text-small': 'Pequeño',
  'settings.text-normal': 'Normal',
  'settings.text-large': 'Grande',
  'settings.text-largest': 'Muy grande',

  'settings.language': 'Idioma',
  'settings.language-choose': 'Idioma de Sotto',
  'settings.language-auto': 'Como el navegador',

  'settings.relay': 'Qué sabe el relé',
  'settings.relay-lead':
    'Esto es todo lo que el relé guarda sobre ti, fila por fila, tal como responde ahora. No están ni tu nombre, ni tus contactos, ni lo que escribes: nunca le llegan.',
  'settings.relay-rows': { one: '{count} fila', other: '{count} filas' },
  'settings.relay-more': 'Mostrar las filas',
  'settings.relay-asking': 'Preguntando al relé…',
  'settings.relay-again': 'Preguntar otra vez',
  'settings.relay-nothing': 'El relé no guarda ninguna fila sobre ti.',
  'settings.relay-empty': 'vacío',
  'settings.relay-mailboxes': 'Tu buzón',
  'settings.relay-mailboxes-why':
    'El id de tu dirección, la clave pública que prueba que eres tú quien se conecta y qué instalación lo tiene.',
  'settings.relay-signed_prekeys': 'Preclaves firmadas',
  'settings.relay-signed_prekeys-why':
    'Mitades públicas de claves, firmadas por ti, para que alguien pueda escribirte cuando no estás.',
  'settings.relay-one_time_prekeys': 'Preclaves de un solo uso',
  'settings.relay-one_time_prekeys-why':
    'Más mitades públicas; cada una se usa una vez y desaparece, para que toda conversación empiece con claves nuevas.',
  'settings.relay-kyber_prekeys': 'Preclaves contra ordenadores cuánticos',
  'settings.relay-kyber_prekeys-why':
    'Lo mismo, de una clase que un ordenador cuántico no podría romper: lo que hoy se grabe seguirá cerrado entonces.',
  'settings.relay-tokens': 'Permisos',
  'settings.relay-tokens-why':
    'Resúmenes de los permisos que llevan tus contactos y tus enlaces, para que nadie extraño llene tu buzón. El relé no puede saber quién tiene cuál.',
  'settings.relay-queue': 'Mensajes que te esperan',
  'settings.relay-queue-why':
    'Sobres sellados, con su tamaño y la hora en que llegaron, no quién los envió. Cada uno se borra cuando este navegador lo confirma.',
  'settings.relay-other': 'Algo que esta versión no conoce',
  'settings.relay-other-why':
    'La tabla se llama «{table}». Pregunta a quien lleva el relé para qué sirve.',

  'settings.about': 'Acerca de',
  'settings.about-text':
    'Sotto es una mensajería privada en una pestaña del navegador: el protocolo de Signal entre quienes hablan, y un pequeño relé que olvida.',
  'settings.about-limits':
    'Quien sirve esta página podría servir otra. Y quien tenga este equipo desbloqueado lee lo que tú lees.',
  'settings.shortcuts': 'Atajos',

  'settings.erase': 'Borrar la cuenta',
  'settings.erase-lead': 'Quita tus claves, chats y ajustes de aquí, y tu buzón del relé.',
  'erase.title': '¿Borrar esta cuenta?',
  'erase.text':
    'Tus claves, todos los chats y todos los ajustes desaparecen de este navegador, y tu buzón del relé con lo que espera en él. Nadie puede recuperarlos, y tu dirección no volverá a ser tuya.',
  'erase.contacts': 'Lo que tienen las personas con las que hablaste se queda con ellas.',
  'erase.offline':
    'Ahora no se llega al relé. Puedes borrar solo este navegador; el buzón se queda entonces en el relé, sin leer, hasta que allí se limpie.',
  'erase.here-only': 'Borrar solo aquí',
  'erase.busy': 'Borrando…',
};
