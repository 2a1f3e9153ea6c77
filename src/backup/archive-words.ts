/** What the archive's page says, in English and Spanish: it opens without Sotto, so it brings its words along. */
import { type ArchiveAttachment, type ArchiveBody, type ArchiveMessage } from './archive.ts';

type CallOutcome = Extract<ArchiveBody, { kind: 'call' }>['outcome'];

export interface ArchiveWords {
  readonly title: string;
  /** `{date}`: when it was made. */
  readonly made: string;
  readonly warning: string;
  readonly chats: string;
  readonly notes: string;
  readonly one: string;
  readonly many: string;
  readonly empty: string;
  readonly top: string;
  readonly search: string;
  readonly found: string;
  readonly nothing: string;
  readonly more: string;
  readonly answers: string;
  readonly edited: string;
  readonly reactions: string;
  readonly deleted: string;
  readonly unreadable: string;
  readonly unknown: string;
  readonly leftOut: string;
  readonly missing: string;
  readonly forms: Readonly<Record<ArchiveAttachment['form'], string>>;
  readonly states: Readonly<Record<NonNullable<ArchiveMessage['state']>, string>>;
  readonly calls: Readonly<Record<CallOutcome, string>>;
}

const en: ArchiveWords = {
  title: 'Messages of {name}',
  made: 'Exported from Sotto on {date}.',
  warning: 'Nothing here is encrypted: whoever has this file can read it.',
  chats: 'Chats',
  notes: 'Notes',
  one: '{count} message',
  many: '{count} messages',
  empty: 'No messages.',
  top: 'To the top',
  search: 'Search messages',
  found: 'Found:',
  nothing: 'Nothing found.',
  more: 'Show more',
  answers: 'In answer to',
  edited: 'Edited',
  reactions: 'Reactions',
  deleted: 'Message deleted',
  unreadable: 'Message could not be decrypted',
  unknown: 'From a newer Sotto',
  leftOut: 'left out of this archive',
  missing: 'was not there when this archive was made',
  forms: {
    image: 'Photo',
    video: 'Video',
    voice: 'Voice message',
    sticker: 'Sticker',
    gif: 'GIF',
    audio: 'Audio',
    file: 'File',
  },
  states: {
    sending: 'Sending',
    sent: 'Sent',
    delivered: 'Delivered',
    read: 'Read',
    failed: 'Failed',
  },
  calls: {
    ringing: 'Voice call',
    talked: 'Voice call',
    missed: 'Missed voice call',
    declined: 'Declined voice call',
    busy: 'Voice call, busy',
    unanswered: 'Voice call, no answer',
    cancelled: 'Cancelled voice call',
    failed: 'Voice call that did not come about',
  },
};

const es: ArchiveWords = {
  title: 'Mensajes de {name}',
  made: 'Exportados de Sotto el {date}.',
  warning: 'Aquí nada está cifrado: quien tenga este archivo puede leerlo.',
  chats: 'Chats',
  notes: 'Notas',
  one: '{count} mensaje',
  many: '{count} mensajes',
  empty: 'No hay mensajes.',
  top: 'Arriba',
  search: 'Buscar mensajes',
  found: 'Encontrados:',
  nothing: 'No se ha encontrado nada.',
  more: 'Mostrar más',
  answers: 'En respuesta a',
  edited: 'Editado',
  reactions: 'Reacciones',
  deleted: 'Mensaje eliminado',
  unreadable: 'No se pudo descifrar el mensaje',
  unknown: 'De un Sotto más nuevo',
  leftOut: 'no se incluyó en este archivo',
  missing: 'no estaba cuando se hizo este archivo',
  forms: {
    image: 'Foto',
    video: 'Vídeo',
    voice: 'Mensaje de voz',
    sticker: 'Sticker',
    gif: 'GIF',
    audio: 'Audio',
    file: 'Archivo',
  },
  states: {
    sending: 'Enviando',
    sent: 'Enviado',
    delivered: 'Entregado',
    read: 'Leído',
    failed: 'No enviado',
  },
  calls: {
    ringing: 'Llamada de voz',
    talked: 'Llamada de voz',
    missed: 'Llamada de voz perdida',
    declined: 'Llamada de voz rechazada',
    busy: 'Llamada de voz, ocupado',
    unanswered: 'Llamada de voz, sin respuesta',
    cancelled: 'Llamada de voz cancelada',
    failed: 'Llamada de voz que no se pudo hacer',
  },
};

/** The words of a language, and its name for the page. */
export function archiveWords(locale: string): {
  readonly lang: string;
  readonly words: ArchiveWords;
} {
  return /^es\b/i.test(locale) ? { lang: 'es', words: es } : { lang: 'en', words: en };
}
