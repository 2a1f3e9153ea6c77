/**
 * Where the other side is and why a message waits, in plain words of the current language. `now` is an argument,
 * so that tests own the time and the page recomputes what is relative.
 */
import { html, type TemplateResult } from 'lit';
import { type ChatDetails, type Waiting } from '../../engine/api.ts';
import {
  daysBetween,
  formatDate,
  formatDay,
  formatRelative,
  formatTime,
  localeTag,
  t,
  tParts,
} from '../i18n/index.ts';

/** `last seen today at 14:02` */
export function lastSeenText(time: number, now: number): string {
  const recent = daysBetween(time, now) <= 1;
  return t(recent ? 'chat.last-seen' : 'chat.last-seen-date', {
    day: recent ? formatDay(time, now).toLocaleLowerCase(localeTag()) : formatDate(time, now),
    time: formatTime(time),
  });
}

/** The line under the name in the chat's head; undefined when there is nothing to say. */
export function stateLine(chat: ChatDetails, now: number): string | undefined {
  if (chat.standing === 'notes') return t('chat.notes-state');
  if (chat.standing === 'blocked') return t('chat.blocked-state');
  if (chat.typing) return t('list.typing');
  if (chat.presence?.online) return t('chat.online');
  if (chat.presence?.lastSeen !== undefined) return lastSeenText(chat.presence.lastSeen, now);
  if (chat.standing === 'asked') return t('chat.asked-state');
  return undefined;
}

/** Why the last own message waits, with the name kept apart from the direction of the text around it. */
export function waitingLine(waiting: Waiting, name: string, now: number): unknown {
  const bdi: TemplateResult = html`<bdi>${name}</bdi>`;
  switch (waiting.reason) {
    case 'offline':
      return t('wait.offline');
    case 'rate-limited':
      return t('wait.rate-limited');
    case 'at-relay': {
      const { until, lastSeen } = waiting;
      const key =
        lastSeen === undefined
          ? until === undefined
            ? 'wait.at-relay'
            : 'wait.at-relay-until'
          : until === undefined
            ? 'wait.at-relay-seen'
            : 'wait.at-relay-seen-until';
      return tParts(key, {
        name: bdi,
        date: until === undefined ? '' : formatDate(until, now),
        ago: lastSeen === undefined ? '' : formatRelative(lastSeen, now),
      });
    }
    case 'not-accepted-now':
    case 'mailbox-full':
      return tParts(`wait.${waiting.reason}`, { name: bdi, date: formatDate(waiting.until, now) });
    case 'invite-expired':
    case 'invite-revoked':
    case 'untrusted-identity':
      return tParts(`wait.${waiting.reason}`, { name: bdi });
  }
}
