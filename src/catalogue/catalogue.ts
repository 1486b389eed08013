import type { z } from 'zod';
import { VinError } from '../base/errors';
import { CHANNELS } from '../notify/registry';
import type { ProviderProfile } from '../providers/profile';
import { PROVIDERS } from '../providers/registry';
import { type FleetParts, fleetsOf, resolvedFor, strayReasons } from './fleets';
import {
  type Catalogue,
  type CatalogueFile,
  type CatalogueOverrides,
  type CatalogueParts,
  catalogueSchema,
  overridesSchema,
} from './schema';
import { builtInVersion, layered, partsOf, readFileText, type WithCatalogue } from './version';

/** What a file may name. */
export interface Known {
  /** The ids of providers. @default all of the registry */
  readonly providers?: readonly string[];
  /** The ids of channels, in the policy's routes. @default all of the registry */
  readonly channels?: readonly string[];
}

type OfProvider = WithCatalogue & Pick<ProviderProfile, 'id'>;

/** A catalogue while layers are laid over each other: fleets come last, over all of it. */
type Layers = CatalogueFile & { readonly fleetParts?: Readonly<Record<string, FleetParts>> };

/** The catalogue of a provider that comes with the product. */
export function builtIn(profile: WithCatalogue): CatalogueFile {
  return { version: builtInVersion(profile), ...partsOf(profile) };
}

const [FIRST] = PROVIDERS as readonly [ProviderProfile];

/** That of the first provider. */
export const BUILT_IN = builtIn(FIRST);

/**
 * The built-in catalogue, with a user's file and then `overrides` laid over it. Only for the edge
 * (it reads a file): workflows get their part of it as `Rules`.
 *
 * The version names every layer: `9f1c03d2+acme-3`, or `9f1c03d2+4be2c0a1` where the file has none of its own.
 *
 * @param profile whose catalogue it is. @default that of the first provider
 * @throws VinError `CATALOGUE_INVALID`, naming the file, each bad place in it and the remedy.
 */
export function loadCatalogue(
  file?: string,
  overrides?: CatalogueOverrides,
  profile: OfProvider = FIRST,
  { providers = PROVIDERS.map(({ id }) => id), channels = CHANNELS.map(({ id }) => id) }: Known = {},
): Catalogue {
  let merged: Layers = builtIn(profile);
  let origin = 'The built-in catalogue';
  if (file !== undefined) {
    origin = `The catalogue file ${file}`;
    const text = readText(file, origin);
    merged = layOver(
      merged,
      profile.id,
      checkOverrides(parseJson(text, origin), origin, providers),
      text,
      origin,
    );
  }
  if (overrides !== undefined) {
    if (file === undefined) origin = 'The catalogue overrides';
    merged = layOver(
      merged,
      profile.id,
      checkOverrides(overrides, origin, providers),
      JSON.stringify(overrides),
      origin,
    );
  }
  const { fleetParts = {}, ...whole } = merged;
  const ofNothing = strayReasons(whole.reasons, fleetParts);
  if (ofNothing.length > 0) throw invalid(origin, ofNothing);
  const fleets = Object.entries(fleetParts).map(([name, own]) => [name, resolvedFor(whole, own)] as const);
  const made = { ...whole, fleets: Object.fromEntries(fleets) };
  const result = catalogueSchema.safeParse(made);
  if (!result.success) throw invalid(origin, complaints(result.error, made));
  const strays = strayChannels(result.data, channels);
  if (strays.length > 0) throw invalid(origin, strays);
  return result.data;
}

function strayChannels({ policy }: Catalogue, known: readonly string[]): string[] {
  return policy.routes.flatMap(({ channels }, index) =>
    channels
      .filter((id) => !known.includes(id))
      .map(
        (id) => `policy.routes.${index}.channels: there is no channel "${id}"; known are ${known.join(', ')}`,
      ),
  );
}

function readText(file: string, origin: string): string {
  try {
    return readFileText(file);
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'is not there' : 'cannot be read';
    throw invalid(origin, [why], 'Set VIN_CATALOGUE to a JSON file that exists and can be read.');
  }
}

function parseJson(text: string, origin: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(origin, [`is not JSON: ${(error as Error).message}`]);
  }
}

/** Checks one layer by itself, so that a complaint names the place where its author wrote it. */
function checkOverrides(value: unknown, origin: string, providers: readonly string[]): CatalogueOverrides {
  const result = overridesSchema.safeParse(value);
  if (result.success) {
    const strays = Object.keys(result.data.providers ?? {}).filter((id) => !providers.includes(id));
    if (strays.length === 0) return value as CatalogueOverrides;
    throw invalid(
      origin,
      strays.map((id) => `providers.${id}: there is no such provider; known are ${providers.join(', ')}`),
    );
  }
  throw invalid(origin, complaints(result.error, value));
}

/** What holds for every provider, then what holds for this one. */
function layOver(
  base: Layers,
  provider: string,
  { version, providers, ...common }: CatalogueOverrides,
  text: string,
  origin: string,
): Layers {
  const own = providers?.[provider];
  const shared = layPart(base, common, origin);
  return {
    ...(own ? layPart(shared, own, `${origin}, in providers.${provider},`) : shared),
    version: layered(base.version, version, text),
  };
}

/** Objects are laid over each other setting by setting; lists and retry rules are replaced whole. */
function layPart(base: Layers, over: CatalogueParts, origin: string): Layers {
  const { policy } = over;
  const brands = brandsOf(base, over);
  const groups = new Set(Object.values(brands).map(({ group }) => group));
  const strays = Object.keys(over.groups ?? {}).filter((group) => !groups.has(group));
  if (strays.length > 0)
    throw invalid(
      origin,
      strays.map((group) => `groups.${group}: no brand has this group`),
    );
  return {
    version: base.version,
    traits: base.traits,
    ...(base.support !== undefined && { support: base.support }),
    policy: {
      ...base.policy,
      ...policy,
      defaultTags: { ...base.policy.defaultTags, ...policy?.defaultTags },
      ladders: { ...base.policy.ladders, ...policy?.ladders },
      firstData: { ...base.policy.firstData, ...policy?.firstData },
    } as CatalogueFile['policy'],
    brands,
    reasons: reasonsOf(base, over),
    unknownReason: { ...base.unknownReason, ...over.unknownReason } as CatalogueFile['unknownReason'],
    fleetParts: fleetsOf(base.fleetParts ?? {}, over.fleets),
  };
}

/** A group's settings reach all its brands, new ones too; what is said of a brand itself wins. */
function brandsOf(base: CatalogueFile, over: CatalogueParts): CatalogueFile['brands'] {
  const ids = new Set([...Object.keys(base.brands), ...Object.keys(over.brands ?? {})]);
  const entries = [...ids].map((id) => {
    const [old, own] = [base.brands[id], over.brands?.[id]];
    const group = over.groups?.[own?.group ?? old?.group ?? ''];
    const clocks = { ...old?.clocks, ...group?.clocks, ...own?.clocks };
    return [id, { ...old, ...group, ...own, clocks }];
  });
  return Object.fromEntries(entries);
}

function reasonsOf(base: CatalogueFile, over: CatalogueParts): CatalogueFile['reasons'] {
  const reasons = new Map(base.reasons.map((reason) => [reason.id, reason]));
  for (const own of over.reasons ?? []) {
    reasons.set(own.id, { ...reasons.get(own.id), ...own } as CatalogueFile['reasons'][number]);
  }
  return [...reasons.values()];
}

/** Complaints as `policy.pollInterval: …`; a reason is named by its id, as its author knows it. @param root where the places are. */
function complaints(error: z.ZodError, root: unknown): string[] {
  return error.issues.map((issue) => {
    const { path } = issue;
    // Of a key that is wrong the cause stands one level below.
    const message = (issue.code === 'invalid_key' && issue.issues[0]?.message) || issue.message;
    return `${placeIn(root, path) || 'the whole file'}: ${message}`;
  });
}

function placeIn(root: unknown, path: readonly PropertyKey[]): string {
  let value = root;
  const place: string[] = [];
  path.forEach((key, index) => {
    value = (value as Record<PropertyKey, unknown> | null | undefined)?.[key];
    const id = path[index - 1] === 'reasons' ? (value as { id?: unknown } | undefined)?.id : undefined;
    if (typeof id === 'string') place.splice(-1, 1, `reasons[${id}]`);
    else place.push(String(key));
  });
  return place.join('.');
}

function invalid(
  origin: string,
  problems: readonly string[],
  next = 'Correct the places named above (docs/catalogue.md shows the format) and start again.',
): VinError {
  const list = problems.map((problem) => `\n  - ${problem}`).join('');
  return new VinError('CATALOGUE_INVALID', `${origin} is not usable:${list}`, next);
}
