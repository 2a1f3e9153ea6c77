/** Spanish: looking into a message or a chat, and deleting one. */
import type { enDetails } from './en-details.ts';
import { type Text } from './text.ts';

export const esDetails: Readonly<Record<keyof typeof enDetails, Text>> = {
  'delete-message.title': 'Eliminar mensaje',
  'delete-message.text': 'Desaparece de este navegador para siempre. {name} conserva su copia.',
  'delete-message.text-notes': 'Desaparece de este navegador para siempre.',
  'delete-message.for-me': 'Eliminar para mí',
  'message-details.title': 'Detalles del mensaje',
  'message-details.from': 'De',
  'message-details.state': 'Estado',
  'message-details.written': 'Escrito',
  'message-details.arrived': 'Llegó',
  'message-details.sent': 'Enviado',
  'message-details.delivered': 'Entregado',
  'message-details.read': 'Leído',
  'message-details.kept': 'El relé lo guarda hasta',
  'details.address': 'Dirección',
  'details.mute': 'Silenciar notificaciones',
  'details.mute-hint': 'Los mensajes nuevos se siguen contando; no salta ningún aviso.',
  'details.block-hint': 'Ya no te llega nada de {name}, y no puede notarlo.',
  'details.export': 'Exportar chat',
  'details.export-hint': 'Como un archivo que se abre en cualquier navegador, sin cifrar.',
  'details.delete': 'Eliminar chat',
  'details.delete-hint': 'Todos sus mensajes desaparecen de este navegador para siempre.',
  'details.delete-sure': '¿Eliminar el chat con {name}?',
  'details.delete-sure-text':
    'Todos sus mensajes desaparecen de este navegador para siempre. {name} conserva sus copias y puede volver a escribirte.',
};
