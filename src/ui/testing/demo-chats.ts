/** The people of the demonstration and what they said: enough to see every sort of line and message. */
import {
  type MessageBody,
  type MessageState,
  type Standing,
  type Waiting,
} from '../../engine/api.ts';
import { type FaultCode } from '../../lib/fault.ts';

export interface DemoLine {
  readonly time: number;
  readonly own?: boolean;
  readonly text?: string;
  readonly body?: MessageBody;
  readonly state?: MessageState;
  readonly failure?: FaultCode;
}

export interface DemoChat {
  readonly name: string;
  readonly standing?: Standing;
  readonly unread?: number;
  readonly muted?: boolean;
  readonly draft?: string;
  readonly online?: boolean;
  /** ms ago. */
  readonly lastSeen?: number;
  readonly answers?: boolean;
  readonly waiting?: (now: number) => Waiting;
  readonly messages: (now: number) => readonly DemoLine[];
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const words =
  'el muelle amanece despacio y las barcas salen cuando la niebla sube del agua hacia los tejados del barrio viejo donde nadie tiene prisa';

/** A long chat whose lines are all different in length, always the same. */
function longChat(now: number): DemoLine[] {
  const pool = words.split(' ');
  let value = 42;
  const next = (below: number): number => {
    value = (Math.imul(value, 1_103_515_245) + 12_345) >>> 0;
    return (value >>> 8) % below;
  };
  return Array.from({ length: 10_000 }, (_, index) => {
    const length = 1 + next(index % 17 === 0 ? 60 : 14);
    const text = Array.from({ length }, () => pool[next(pool.length)] ?? '').join(' ');
    return {
      time: now - (10_000 - index) * 23 * minute - 6 * day,
      own: next(3) === 0,
      text: `${index + 1}. ${text}`,
    };
  });
}

export const demoChats: readonly DemoChat[] = [
  {
    name: 'Ana Quetzal',
    unread: 3,
    lastSeen: 2 * hour,
    answers: true,
    messages: (now) => [
      { time: now - day - 4 * hour, text: 'Mañana dicen que llueve en la costa.' },
      { time: now - day - 4 * hour + minute, text: 'Llevo el paraguas grande, el de los dos.' },
      { time: now - day - 3.9 * hour, own: true, text: 'Entonces yo llevo el café.' },
      {
        time: now - 6.2 * hour,
        text: 'Mira cómo amaneció desde el muelle: https://example.org/muelle?foto=7',
      },
      { time: now - 6.1 * hour, text: '🌅' },
      {
        time: now - 6 * hour,
        own: true,
        text: 'Qué maravilla. Yo aún sin salir de la cama, y ya he perdido un tren.\n\nTe cuento luego:\n- el revisor\n- la maleta\n- el gato',
      },
      { time: now - 34 * minute, text: 'He hablado con Ben, se apunta.' },
      {
        time: now - 33 * minute,
        text: 'Y trae a Lucía, si no te importa. Hace siglos que no coincidimos los cuatro y ella se marcha el jueves.',
      },
      { time: now - 32 * minute, text: 'Te espero donde siempre, junto al muelle' },
    ],
  },
  {
    name: 'Notes',
    standing: 'notes',
    messages: (now) => [
      { time: now - 3 * day, own: true, text: 'Milk, bread, stamps' },
      { time: now - 55 * minute, own: true, text: 'Passport number is in the blue folder' },
    ],
  },
  {
    name: 'Irene Colibrí',
    standing: 'request',
    unread: 1,
    messages: (now) => [
      {
        time: now - 80 * minute,
        text: 'Hi Sol, Ana gave me your link. Are you coming to the book club on Friday?',
      },
    ],
  },
  {
    name: 'Ben Ocelot',
    online: true,
    answers: true,
    messages: (now) => [
      { time: now - 4 * hour, text: 'Eight at the pier, then?' },
      { time: now - 3.5 * hour, own: true, text: 'Perfect, see you at eight', state: 'read' },
    ],
  },
  {
    name: 'Lucía',
    draft: 'sobre lo de ayer…',
    muted: true,
    messages: (now) => [
      {
        time: now - 41 * day,
        body: {
          kind: 'media',
          caption: '',
          attachment: {
            form: 'file',
            name: 'plano de la casa.pdf',
            type: 'application/pdf',
            size: 2_400_000,
            stage: 'gone',
          },
        },
      },
      {
        time: now - 40 * day,
        body: {
          kind: 'media',
          caption: '',
          attachment: {
            form: 'image',
            name: 'patio.jpg',
            type: 'image/jpeg',
            width: 1_600,
            height: 1_200,
            size: 840_000,
            stage: 'removed',
          },
        },
      },
      ...(
        [
          { form: 'video', name: 'boda de Irene.mp4', type: 'video/mp4', size: 84_300_000 },
          { form: 'audio', name: 'entrevista.mp3', type: 'audio/mpeg', size: 12_800_000 },
          { form: 'file', name: 'contrato.pdf', type: 'application/pdf', size: 640_000 },
        ] as const
      ).map((attachment, index): DemoLine => ({
        time: now - (30 - index) * day,
        body: { kind: 'media', caption: '', attachment: { ...attachment, stage: 'here' } },
      })),
      { time: now - day, text: '¿Hablamos?' },
    ],
  },
  {
    name: 'Dr. Ferrer',
    lastSeen: 3 * day,
    waiting: (now) => ({ reason: 'at-relay', until: now + 26 * day, lastSeen: now - 3 * day }),
    messages: (now) => [
      { time: now - 5 * day, text: 'Los resultados están bien.' },
      {
        time: now - 4.5 * day,
        body: { kind: 'undecryptable', reason: 'no-session', resend: 'possible' },
      },
      { time: now - 4 * day, own: true, text: '¡Gracias! ¿Repito en otoño?', state: 'delivered' },
      {
        time: now - 2 * day,
        own: true,
        text: '¿Y la dieta?',
        state: 'failed',
        failure: 'invite-expired',
      },
      { time: now - 1.2 * day, own: true, text: 'Le llamo el lunes.', state: 'sent' },
    ],
  },
  {
    name: 'Marta',
    messages: (now) => [
      { time: now - 3 * day, own: true, text: 'Ahí lo tienes', state: 'delivered' },
    ],
  },
  { name: 'Archivo de Tomás', unread: 250, messages: longChat },
  {
    name: 'دانا',
    messages: (now) => [{ time: now - 8 * day, text: 'مرحبا! كيف الحال؟' }],
  },
  {
    name: 'Zoe Tapir',
    standing: 'asked',
    messages: (now) => [
      { time: now - 9 * day, own: true, text: 'Hello Zoe, it is Sol', state: 'sent' },
    ],
  },
  {
    name: 'Werbung GmbH & Co. Kommanditgesellschaft auf Aktien',
    standing: 'blocked',
    messages: (now) => [{ time: now - 400 * day, text: 'Sie haben gewonnen!!!' }],
  },
];
