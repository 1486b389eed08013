import { textKey } from '../domain/text-key';
import type { ProviderTraits } from '../domain/traits';
import type { CatalogueBrand, CatalogueReason, Policy } from './schema';

interface Contradiction {
  readonly path: (string | number)[];
  readonly message: string;
}

/** The ladders that the lifecycle itself names, whatever the reasons are; and those of first data. */
const LADDERS_IN_RULES: readonly string[] = ['default', 'support', 'waiting'];
const LADDERS_OF_DATA: readonly string[] = ['consent', 'driving'];

/** The ladders that a catalogue names, or what holds for one fleet of it, and does not have. */
export function missingLadders({
  traits,
  policy,
  reasons,
  unknownReason,
}: {
  traits: ProviderTraits;
  policy: Policy;
  reasons: CatalogueReason[];
  unknownReason: { ladder: string };
}): Contradiction[] {
  const found: Contradiction[] = [];
  const ladders = Object.keys(policy.ladders);
  const missing = (name: string) => `there is no ladder "${name}"; known are ${ladders.join(', ')}`;
  if (!ladders.includes(unknownReason.ladder)) {
    found.push({ path: ['unknownReason', 'ladder'], message: missing(unknownReason.ladder) });
  }
  const named = traits.firstData ? [...LADDERS_IN_RULES, ...LADDERS_OF_DATA] : LADDERS_IN_RULES;
  for (const name of named.filter((one) => !ladders.includes(one))) {
    found.push({ path: ['policy', 'ladders'], message: `${missing(name)}: nobody would be told` });
  }
  reasons.forEach(({ ladder }, index) => {
    if (!ladders.includes(ladder))
      found.push({ path: ['reasons', index, 'ladder'], message: missing(ladder) });
  });
  return found;
}

/** What the parts of a catalogue say against each other. */
export function contradictions(catalogue: {
  traits: ProviderTraits;
  policy: Policy;
  brands: Record<string, CatalogueBrand>;
  reasons: CatalogueReason[];
  unknownReason: { ladder: string };
}): Contradiction[] {
  const found = missingLadders(catalogue);

  const { enableStep } = catalogue.traits;
  if (enableStep !== null && !catalogue.reasons.some(({ id }) => id === enableStep)) {
    found.push({ path: ['traits', 'enableStep'], message: `there is no reason "${enableStep}"` });
  }

  const groups = Object.values(catalogue.brands).map(({ group }) => group);
  const scopes = new Set(['*', ...Object.keys(catalogue.brands), ...groups]);
  const ids = new Set<string>();
  const meanings = new Map<string, string>();
  catalogue.reasons.forEach(({ id, on, texts, brands }, index) => {
    const at = (...path: (string | number)[]) => ['reasons', index, ...path];
    if (ids.has(id)) found.push({ path: at('id'), message: `"${id}" is there twice` });
    ids.add(id);
    for (const scope of brands) {
      if (!scopes.has(scope)) {
        found.push({ path: at('brands'), message: `"${scope}" is neither a brand, a group nor "*"` });
      }
      for (const meaning of on.flatMap((status) => texts.map((t) => `${scope} ${status} ${textKey(t)}`))) {
        const other = meanings.get(meaning);
        if (other !== undefined && other !== id) {
          found.push({ path: at('texts'), message: `"${other}" has the same text for ${scope}` });
        }
        meanings.set(meaning, id);
      }
    }
  });

  const spellings = new Map<string, string>();
  for (const [id, { name, aliases }] of Object.entries(catalogue.brands)) {
    for (const spelling of [id, name, ...aliases]) {
      const key = textKey(spelling);
      const other = spellings.get(key);
      const at = ['brands', id];
      if (key === '') found.push({ path: at, message: `"${spelling}" has neither a letter nor a digit` });
      else if (other === undefined) spellings.set(key, id);
      else if (other !== id)
        found.push({ path: at, message: `"${spelling}" is also a spelling of ${other}` });
    }
  }
  return found;
}
