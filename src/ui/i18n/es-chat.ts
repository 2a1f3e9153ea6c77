/** Spanish texts of an open chat. */
import { type Text } from './text.ts';
import type { enChat } from './en-chat.ts';

export const esChat: Readonly<Record<keyof typeof enChat, Text>> = {
  message: 'Mensaje',
  send: 'Enviar',

  'chat.attach': 'Adjuntar',
  'chat.record': 'Grabar nota de voz',
  'chat.emoji': 'Emojis',
  'chat.stickers': 'Stickers',
  'chat.messages': 'Mensajes',
  'chat.details': 'Detalles del chat',
  'chat.call': 'Llamada de voz',
  'chat.jump': 'Ir al último',
  'chat.below': { one: '{count} mensaje nuevo abajo', other: '{count} mensajes nuevos abajo' },
  'chat.unread': { one: '{count} mensaje sin leer', other: '{count} mensajes sin leer' },
  'chat.online': 'en línea',
  'chat.last-seen': 'últ. vez {day} a las {time}',
  'chat.last-seen-date': 'últ. vez el {day}, {time}',
  'chat.notes-state': 'Solo tú lo ves',
  'chat.asked-state': 'Aún no ha respondido',
  'chat.blocked-state': 'Bloqueado',
  'chat.gone': 'Este chat ya no está aquí',
  'chat.empty': 'Saluda a {name}',
  'chat.empty-more':
    'Lo que escribes se sella en este navegador y solo {name} puede abrirlo. El relé lo olvida en cuanto lo entrega.',
  'chat.empty-notes': 'Notas para ti',
  'chat.empty-notes-more': 'Lo que escribes aquí se queda en este navegador y funciona sin red.',
  'chat.actions': 'Acciones del mensaje',
  'chat.menu': 'Menú del mensaje',
  'chat.copy': 'Copiar',
  'chat.info': 'Detalles',
  'chat.delete': 'Eliminar',
  'chat.retry': 'Reintentar',
  'chat.ask-to-resend': 'Pedir que lo reenvíe',
  'chat.resend-asked': 'Se ha pedido otra vez; aparecerá aquí cuando llegue.',
  'chat.resend-after-accept': 'Cuando aceptes, se pedirá otra vez.',
  'chat.resend-impossible': 'No se puede volver a pedir.',
  'chat.unknown-more': 'Recarga para tener la versión más nueva y poder leerlo.',
  'chat.said': '{name}: {text}',
  'chat.more-said': { one: 'Y {count} mensaje más', other: 'Y {count} mensajes más' },
  'chat.failed-said': 'No enviado: {text}',
  'chat.draft-fault': 'Tu mensaje no se ha enviado. {reason}',
  'chat.too-long': 'Demasiado largo: {size} de un máximo de 64 KiB. Acórtalo o envíalo por partes.',

  'state.sending': 'Enviando',
  'state.sent': 'Enviado',
  'state.delivered': 'Entregado',
  'state.read': 'Leído',
  'state.failed': 'No enviado',

  'wait.offline': 'Esperando a la red; saldrá en cuanto haya conexión',
  'wait.at-relay': 'Esperando a {name}; el relé lo guarda hasta entonces',
  'wait.at-relay-until': 'Esperando a {name}; el relé lo guarda hasta el {date}',
  'wait.at-relay-seen': 'Esperando a {name}: su navegador estuvo aquí {ago}',
  'wait.at-relay-seen-until':
    'Esperando a {name}: su navegador estuvo aquí {ago}; el relé lo guarda hasta el {date}',
  'wait.not-accepted-now':
    'El relé no acepta ahora mensajes para {name}; Sotto lo sigue intentando hasta el {date}',
  'wait.mailbox-full': 'El buzón de {name} está lleno; Sotto lo sigue intentando hasta el {date}',
  'wait.rate-limited': 'Era mucho de golpe para el relé; Sotto continúa sin que hagas nada',
  'wait.invite-expired': 'El enlace de invitación de {name} ha caducado; pídele uno nuevo',
  'wait.invite-revoked': 'El enlace de invitación de {name} se retiró; pídele uno nuevo',
  'wait.untrusted-identity':
    'El relé respondió con una clave que no es de {name}; no se ha enviado nada. Avísale por otro medio',

  'request.title': 'Solicitud de mensaje',
  'request.text':
    '{name} quiere hablar contigo. Hasta que aceptes no le llega nada: ni siquiera que lo has leído.',
  'request.accept': 'Aceptar',
  'request.block': 'Bloquear',
  'request.delete': 'Eliminar',

  'blocked.text': 'Has bloqueado a {name}. No te llega nada de su parte, y no puede notarlo.',
  'blocked.unblock': 'Desbloquear',
};
