import { type Html, html } from './html';

const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
] as const;

/** A length of time in its largest unit: `6 d`. */
export function ageIn(milliseconds: number): string {
  const [size, unit] = UNITS.find(([one]) => milliseconds >= one) ?? [1_000, 's'];
  return `${Math.max(0, Math.floor(milliseconds / size))} ${unit}`;
}

/** How long ago a time is, which a script keeps right; the time itself is its title. */
export function ago(time: string, now: number): Html {
  return html`<time datetime="${time}" title="${inWords(time)}">${ageIn(now - Date.parse(time))}</time>`;
}

/** When something is due. */
export function due(time: string | null, now: number): Html | string {
  if (time === null) return '';
  const left = Date.parse(time) - now;
  const words = left < 0 ? `over since ${ageIn(-left)}` : `in ${ageIn(left)}`;
  return html`<time class="${left < 2 * 86_400_000 ? 'soon' : 'later'}" datetime="${time}" title="${inWords(time)}">${words}</time>`;
}

/** `2026-11-27 13:05 UTC`. */
export function inWords(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`;
}

const OWNERS: Readonly<Record<string, string>> = {
  'fleet-manager': 'fleet manager',
  'provider-support': "provider's support",
  operations: 'operations (us)',
};

export function ownerIn(owner: string): string {
  return OWNERS[owner] ?? owner;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
