/**
 * The language of the page: which strings are loaded, `t()` to read them, and who re-renders when they change.
 * English is in the first download; Spanish, the pseudo-locale and
 * the areas of texts.ts load when asked for. Does not know formats of
 * times and sizes (formats.ts) nor any component.
 */
import { type ReactiveController, type ReactiveControllerHost } from 'lit';
import { createEmitter } from '../../lib/emitter.ts';
import { untilMidnight } from './days.ts';
import { en } from './en.ts';
import { type Text } from './text.ts';
import { areaOf, areas, type Area, type TextKey, type Texts } from './texts.ts';

export { type TextKey } from './texts.ts';

/** What replaces `{name}` in a text; numbers are written as the language writes them. */
export type TextParameters = Readonly<Record<string, string | number>>;

export type Language = 'en' | 'es' | 'pseudo';
export type LanguageChoice = 'auto' | Language;

const rightToLeft = new Set(['ar', 'fa', 'he', 'ur']);
const changes = createEmitter<void>();

let language: Language = 'en';
let texts: Texts = en;
let tag = tagFor('en');
let plurals = new Intl.PluralRules(tag);
let numbers = new Intl.NumberFormat(tag);

/** The person's own regional tag where it is of that language (`en-GB` keeps its 24 hours). */
function tagFor(wanted: Language): string {
  const plain = wanted === 'pseudo' ? 'en' : wanted;
  const own = globalThis.navigator?.languages ?? [];
  return own.find((each) => each.split('-')[0] === plain) ?? plain;
}

/** The language that `auto` means here. */
export function preferredLanguage(): 'en' | 'es' {
  const first = (globalThis.navigator?.languages ?? []).find((each) => /^(en|es)\b/.test(each));
  return first?.startsWith('es') ? 'es' : 'en';
}

/** The language shown now. */
export function currentLanguage(): Language {
  return language;
}

/** The BCP 47 tag for Intl. */
export function localeTag(): string {
  return tag;
}

/** Areas in use, so that another language comes with all of them. */
const inUse = new Map<Area, Promise<void>>();

/** The first screen's texts of a language (`area` undefined), or those of an area. */
async function load(wanted: Language, area?: Area): Promise<Texts> {
  const written = wanted === 'es' ? 'es' : 'en';
  const loaded = area
    ? await areas[area][written]()
    : written === 'es'
      ? (await import('./es.ts')).es
      : en;
  return wanted === 'pseudo' ? (await import('./pseudo.ts')).pseudo(loaded) : loaded;
}

/**
 * Loads the texts of an area; what shows them is drawn again. Fails quietly (a lazy file without a network): it is
 * tried again when one is read.
 */
export function loadTexts(area: Area): Promise<void> {
  const under = inUse.get(area);
  if (under) return under;
  const wanted = language;
  const loading = load(wanted, area).then(
    (loaded) => {
      // A language that came meanwhile has brought the area itself.
      if (wanted !== language) return;
      texts = { ...texts, ...loaded };
      changes.emit();
    },
    () => void inUse.delete(area),
  );
  inUse.set(area, loading);
  return loading;
}

let latest = 0;
let change: Promise<void> = Promise.resolve();

async function changeTo(wanted: Language, turn: number): Promise<void> {
  let loaded: Texts[] = [];
  // Areas may be asked for while their predecessors load.
  while (loaded.length < inUse.size + 1) {
    loaded = await Promise.all([
      load(wanted),
      ...[...inUse.keys()].map((area) => load(wanted, area)),
    ]);
    // A later wish wins; whoever waits for this one waits for that.
    if (turn !== latest) return change;
  }
  language = wanted;
  texts = Object.assign({}, ...loaded) as Texts;
  tag = tagFor(wanted);
  plurals = new Intl.PluralRules(tag);
  numbers = new Intl.NumberFormat(tag);
  if (typeof document !== 'undefined') {
    document.documentElement.lang = wanted === 'pseudo' ? 'en' : wanted;
    document.documentElement.dir = rightToLeft.has(wanted) ? 'rtl' : 'ltr';
  }
  changes.emit();
}

/**
 * Shows the page in a language, once its texts are loaded; keeps `<html lang dir>` right. Of several wishes the
 * last wins, and all resolve when it is shown.
 */
export function setLanguage(choice: LanguageChoice): Promise<void> {
  change = changeTo(choice === 'auto' ? preferredLanguage() : choice, ++latest);
  return change;
}

/** The text as written. One that is not loaded yet is empty, and drawn again once it is. */
function pattern(key: TextKey, count: unknown): string {
  const text: Text | undefined = texts[key];
  if (text === undefined) {
    const area = areaOf(key);
    if (area) void loadTexts(area);
    return '';
  }
  if (typeof text === 'string') return text;
  return text[plurals.select(typeof count === 'number' ? count : 0)] ?? text.other;
}

/** The text of a key, with `{parameters}` put in; `count` also chooses the plural. */
export function t(key: TextKey, parameters: TextParameters = {}): string {
  return pattern(key, parameters['count']).replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = parameters[name];
    return typeof value === 'number' ? numbers.format(value) : (value ?? '');
  });
}

/** Like `t`, for parameters that are templates (a name in `<bdi>`): the pieces in order, to be rendered as they are. */
export function tParts(key: TextKey, parameters: Readonly<Record<string, unknown>>): unknown[] {
  return pattern(key, parameters['count'])
    .split(/(\{\w+\})/)
    .map((piece) => (/^\{\w+\}$/.test(piece) ? parameters[piece.slice(1, -1)] : piece));
}

/** Calls `listener` when the language changes or a new day begins; the result stops it. */
export function onLanguageOrDay(listener: () => void): () => void {
  return changes.listen(listener);
}

/** Tells everyone at midnight that words for days ("Today") have changed; also after sleep, when the page is seen again. */
export function followDays(): void {
  let day = new Date().toDateString();
  const look = (): void => {
    const today = new Date().toDateString();
    if (today !== day) changes.emit();
    day = today;
  };
  const wait = (): void => {
    setTimeout(
      () => {
        look();
        wait();
      },
      untilMidnight(Date.now()) + 50,
    );
  };
  document.addEventListener('visibilitychange', look);
  wait();
}

/** Re-renders its host when the language changes and when a day begins. `new Localized(this)` in the constructor. */
export class Localized implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #stop: (() => void) | undefined;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    this.#stop = onLanguageOrDay(() => this.#host.requestUpdate());
  }

  hostDisconnected(): void {
    this.#stop?.();
  }
}
