import { createHash } from 'node:crypto';
import { readNamed } from '../base/named-file';
import type { ProviderProfile } from '../providers/profile';

/** The version of a catalogue: told apart without reading it, which takes packages that most commands do without. */

export type WithCatalogue = Pick<ProviderProfile, 'catalogue' | 'traits'> &
  Partial<Pick<ProviderProfile, 'support'>>;

/** What is in it is the version of the catalogue that comes with a provider: nobody has to raise a number. */
export function builtInVersion(profile: WithCatalogue): string {
  return digestOf(JSON.stringify(partsOf(profile)));
}

/** What a catalogue has of its provider, and what is in it. */
export function partsOf({ catalogue, traits, support }: WithCatalogue) {
  return { traits, ...(support !== undefined && { support }), ...catalogue };
}

/** The version with another layer over it. @param own what the layer calls itself; without it, its text is known by its digest. */
export function layered(version: string, own: string | undefined, text: string): string {
  return `${version}+${own ?? digestOf(text)}`;
}

/** The text of a file of ours, without the mark that editors put in front. */
export function readFileText(file: string): string {
  return readNamed(file).replace(/^\uFEFF/, '');
}

/**
 * The version that `loadCatalogue` would give, of a file that is usable.
 *
 * @throws what reading the file throws, and what is no JSON.
 */
export function versionOf(profile: WithCatalogue, file: string | undefined): string {
  const version = builtInVersion(profile);
  if (file === undefined) return version;
  const text = readFileText(file);
  return layered(version, (JSON.parse(text) as { version?: string }).version, text);
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
