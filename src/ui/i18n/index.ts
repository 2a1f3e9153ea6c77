/** Everything about language that a component needs, in one import. */
export {
  Localized,
  currentLanguage,
  localeTag,
  onLanguageOrDay,
  preferredLanguage,
  setLanguage,
  t,
  tParts,
  type Language,
  type LanguageChoice,
  type TextParameters,
  type TextKey,
} from './language.ts';
export {
  daysBetween,
  fold,
  formatBytes,
  formatDate,
  formatDay,
  formatListTime,
  formatMoment,
  formatPercent,
  formatRelative,
  formatTime,
  untilMidnight,
} from './formats.ts';
