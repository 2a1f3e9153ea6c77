/** Spanish: the picker of emoji, GIFs and stickers. */
import type { enEmoji } from './en-emoji.ts';
import { type Text } from './text.ts';

export const esEmoji: Readonly<Record<keyof typeof enEmoji, Text>> = {
  'emoji.title': 'Emojis, GIF y stickers',
  'emoji.sorts': 'De qué elegir',
  'emoji.emoji': 'Emojis',
  'emoji.gifs': 'GIF',
  'emoji.stickers': 'Stickers',
  'emoji.search': 'Buscar emojis',
  'emoji.results': 'Emojis',
  'emoji.nothing': 'Ningún emoji se llama así',
  'emoji.failed': 'No se han podido cargar los emojis. Prueba otra vez con red.',
  'emoji.names': 'Emojis por su nombre',
  'emoji.groups': 'Grupos de emojis',
  'emoji.recent': 'Usados hace poco',
  'emoji.group-0': 'Caras',
  'emoji.group-1': 'Personas y manos',
  'emoji.group-2': 'Animales y naturaleza',
  'emoji.group-3': 'Comida y bebida',
  'emoji.group-4': 'Viajes y lugares',
  'emoji.group-5': 'Actividades',
  'emoji.group-6': 'Cosas',
  'emoji.group-7': 'Signos',
  'emoji.group-8': 'Banderas',
  'emoji.tone': 'Tono de piel',
  'emoji.tone-0': 'Amarillo',
  'emoji.tone-1': 'Claro',
  'emoji.tone-2': 'Medio claro',
  'emoji.tone-3': 'Medio',
  'emoji.tone-4': 'Medio oscuro',
  'emoji.tone-5': 'Oscuro',
};
