/** Everything about language that a component needs, in one import. */
export {
  Localized,
  currentLanguage,
  followDays,
  loadTexts,
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
  fold,
  formatBytes,
  formatDate,
  formatDay,
  formatListTime,
  formatMoment,
  formatNumber,
  formatPercent,
  formatRelative,
  formatSpan,
  formatTime,
} from './formats.ts';
export { daysBetween, untilMidnight } from './days.ts';
