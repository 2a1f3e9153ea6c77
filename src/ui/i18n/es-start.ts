/** Spanish texts that are loaded when needed: first run, invites, shortcuts. */
import type { enStart } from './en-start.ts';
import { type Text } from './text.ts';

export const esStart: Readonly<Record<keyof typeof enStart, Text>> = {
  'welcome.title': 'Te damos la bienvenida a Sotto',
  'welcome.lead': 'Elige un nombre y ya estás dentro: sin teléfono, sin correo, sin instalar nada.',
  'welcome.invited': '{name} quiere hablar contigo.',
  'welcome.name': 'Tu nombre',
  'welcome.name-hint': 'Lo verán las personas con las que hables. Puedes cambiarlo después.',
  'welcome.create': 'Crear cuenta',
  'welcome.restore': 'Restaurar desde una copia',
  'welcome.lost': 'Los datos de Sotto ya no están en este navegador',
  'welcome.lost-cause':
    'Tu cuenta estaba aquí. El navegador la borró para hacer sitio, o alguien borró los datos del sitio.',
  'welcome.lost-backup':
    'Tu última copia es del {date}. Restáurala: vuelven tus mensajes y se te puede volver a escribir.',
  'welcome.lost-next':
    'Con una copia vuelve todo. Sin ella empiezas de nuevo, y los demás necesitan tu nuevo enlace.',
  'welcome.creating': 'Creando tus claves…',
  'welcome.keys': 'Tus claves se crean aquí, en este navegador, y nunca salen de él.',
  'welcome.relay':
    'El relé guarda cada mensaje hasta entregarlo y luego lo olvida. No puede leerlo.',
  'welcome.one-browser':
    'Tu cuenta vive en este navegador. Si borras sus datos, la cuenta también se borra.',

  'insecure.title': 'Sotto necesita una dirección segura',
  'insecure.cause':
    'Esta página ha llegado por http sin cifrar, y así el navegador no ofrece criptografía: no se podrían crear tus claves y cualquiera por el camino podría cambiar la página.',
  'insecure.next': 'Qué puedes hacer',
  'insecure.https': 'Ábrela con https://. En tu propio equipo también sirve http://localhost.',
  'insecure.operator':
    'Si el relé es tuyo, ponlo detrás de un servidor que obtenga los certificados por sí solo, como Caddy; el README trae las líneas.',
  'unsupported.title': 'Este navegador es demasiado antiguo para Sotto',
  'unsupported.cause': 'Le falta algo que protege tus mensajes: {missing}.',
  'unsupported.next':
    'Actualízalo, o usa Chrome o Edge 133, Firefox 147 o Safari 18, o más nuevos.',

  'invite.title': 'Enlace de invitación',
  'invite.yours': 'Tu enlace de invitación',
  'invite.yours-hint': 'Quien lo tenga puede pedirte hablar. Tú decides cada vez.',
  'invite.one-time-hint': 'Sirve para una sola persona.',
  'invite.expires-hint': 'Sirve hasta el {date}.',
  'invite.copy': 'Copiar enlace',
  'invite.renew': 'Crear otro enlace',
  'invite.renew-text': 'El enlace de ahora dejará de servir. Quienes ya hablan contigo siguen ahí.',
  'invite.kind': 'Un enlace nuevo sirve a',
  'invite.kind-stable': 'quien lo tenga',
  'invite.kind-one-time': 'una sola persona',
  'invite.expiry': 'y caduca',
  'invite.never': 'nunca',
  'invite.in-hour': 'en una hora',
  'invite.in-day': 'en un día',
  'invite.in-week': 'en una semana',
  'invite.renewed': 'El enlace nuevo está listo.',
  'invite.qr': 'Tu código QR',
  'invite.paste': 'Pega un enlace de invitación',
  'invite.paste-hint': '¿Te han enviado uno? Ponlo aquí.',
  'invite.wants': '{name} quiere hablar contigo',
  'invite.from': 'En {host}',
  'invite.start': 'Empezar a hablar',
  'invite.open': 'Abrir el chat',
  'invite.known': 'Ya hablas con {name}.',
  'invite.own': 'Este es tu propio enlace. Envíaselo a otra persona.',
  'invite.expired': 'Este enlace de {name} ha caducado. Pídele uno nuevo.',
  'invite.other-relay':
    '{name} está en otro relé ({host}). Aún no se puede hablar entre relés: hace falta que uséis el mismo.',
  'invite.reading': 'Leyendo el enlace…',
  'invite.not-now': 'Ahora no',
  'invite.accept-hint': '{name} verá tu nombre y lo que escribas.',

  'shortcuts.title': 'Atajos',
  'shortcuts.everywhere': 'En cualquier parte',
  'shortcuts.search': 'Buscar',
  'shortcuts.previous': 'Chat anterior',
  'shortcuts.next': 'Chat siguiente',
  'shortcuts.list': 'Esta lista',
  'shortcuts.escape': 'Cerrar o volver',
  'shortcuts.writing': 'Al escribir',
  'shortcuts.send': 'Enviar',
  'shortcuts.break': 'Línea nueva',
  'shortcuts.message': 'Sobre un mensaje',
  'shortcuts.copy': 'Copiar',
  'shortcuts.details': 'Detalles',
  'shortcuts.delete': 'Eliminar',
  'key.enter': 'Intro',
  'key.shift': 'Mayús',
  'key.alt': 'Alt',
  'key.ctrl': 'Ctrl',
  'key.escape': 'Esc',
  'key.delete': 'Supr',
};
