import type { z } from 'zod';
import type { NewActivation } from '../../activations/starts';
import { VinError } from '../../base/errors';
import type { Catalogue } from '../../catalogue/schema';
import { cutTo } from '../../domain/cut';
import type { Plate } from '../../domain/plate';
import { brandOf, hasFleet, missingTags, type Rules, rulesFor } from '../../domain/rules';
import { textKey } from '../../domain/text-key';
import { plainVin } from '../../domain/vin';
import type { PlatedVehicle } from '../../parkings/beside';
import type { ApiSurroundings } from './operation';
import { pointer } from './operation';
import { isPlate, plateIn } from './plates';
import { ApiError, type FieldError, invalidFields } from './problem';
import type { StartRequest } from './start-schemas';
import type { Token } from './tokens';

/** Looking for the brand that somebody may have meant takes a millisecond. */
export interface Hints {
  left: number;
}

/** A vehicle to start, checked as far as it can be without asking anybody. */
export interface CheckedVehicle {
  readonly input: NewActivation;
  /** What is odd about the VIN, but no reason to refuse it. */
  readonly warnings: readonly string[];
  /** Whose parking is to be started as well; null: none. */
  readonly plate: Plate | null;
}

type Asked = z.output<typeof StartRequest>;

/** A vehicle whose data is asked for. */
export type NamedVehicle = Asked & { readonly vin: string; readonly brand: string };

/** Without a VIN the parking of a plate is asked for, and nothing else. */
export function hasVin(asked: Asked): asked is NamedVehicle {
  return asked.vin !== undefined && asked.brand !== undefined;
}

/** A plate without a VIN, checked like a vehicle. @throws ApiError `REQUEST_INVALID`, `FLEET_FORBIDDEN` */
export function checkPlateAlone(
  { fleet, externalId, plate: text = '', country, subdivision }: Asked,
  token: Token,
  at: readonly PropertyKey[] = [],
): PlatedVehicle {
  const errors: FieldError[] = [];
  const plate = plateIn({ plate: text, country, subdivision }, (field) => pointer(...at, field));
  if (plate !== null && !isPlate(plate)) errors.push(plate);
  const chosen = chosenFleet(fleet, token, at, errors);
  if (!isPlate(plate) || errors.length > 0) throw invalidFields(errors);
  if (fleet) requireFleet(token, fleet);
  return { plate, vin: null, fleet: chosen, externalId };
}

/**
 * Checks VIN, brand, required tags, plate and fleet.
 *
 * @param at where the vehicle stands in the body.
 * @param hints how many unknown brands may still be compared with all that there are; shared by the items of a batch.
 * @throws ApiError `REQUEST_INVALID` with every field that is wrong, `FLEET_FORBIDDEN`.
 */
export function checkVehicle(
  { vin, brand, fleet, externalId, tags = {}, odometer, checkEligibility, ...plateWords }: NamedVehicle,
  api: ApiSurroundings,
  token: Token,
  at: readonly PropertyKey[] = [],
  hints: Hints = { left: 1 },
): CheckedVehicle {
  const errors: FieldError[] = [];
  const check = api.checkVehicle(vin, api);
  if (!check.ok) {
    errors.push({
      pointer: pointer(...at, 'vin'),
      code: 'VIN_INVALID',
      detail: check.problem,
      next: check.remedy,
    });
  }
  const chosen = chosenFleet(fleet, token, at, errors);
  const rules = readRules({ brand, fleet: chosen }, api.catalogue, {
    place: pointer(...at, 'brand'),
    errors,
    hints,
  });
  for (const tag of rules ? missingTags(rules, tags) : []) {
    errors.push({
      pointer: pointer(...at, 'tags', tag),
      code: 'TAG_MISSING',
      detail: `is missing: ${rules?.brand.name} needs it`,
    });
  }
  const plate = plateIn(plateWords, (field) => pointer(...at, field));
  if (plate !== null && !isPlate(plate)) errors.push(plate);
  if (!check.ok || !rules || errors.length > 0) throw invalidFields(errors);
  if (fleet) requireFleet(token, fleet);
  return {
    input: {
      vin: check.vin,
      brand: rules.brand.id,
      tags,
      ...(chosen && { fleet: chosen }),
      ...(externalId && { externalId }),
      ...(odometer && { odometer }),
      ...(checkEligibility && { checkEligibility }),
    },
    warnings: check.warnings,
    plate: isPlate(plate) ? plate : null,
  };
}

/** The fleet that is meant: what is named, or the token's only one. */
function chosenFleet(
  named: string | undefined,
  { fleets }: Token,
  at: readonly PropertyKey[],
  errors: FieldError[],
): string | undefined {
  const chosen = named ?? (fleets !== '*' && fleets.length === 1 ? fleets[0] : undefined);
  if (!chosen && fleets !== '*') {
    const detail = 'is missing: the token has more than one fleet';
    errors.push({ pointer: pointer(...at, 'fleet'), code: 'FIELD_INVALID', detail });
  }
  return chosen;
}

/** Fleets that a refusal names: each item of a batch may be refused so. */
const NAMED_FLEETS = 3;

/**
 * Says no to a fleet that is not the token's, whether there is such a fleet or not.
 *
 * @throws ApiError `FLEET_FORBIDDEN`.
 */
export function requireFleet({ fleets }: Token, fleet: string): void {
  if (fleets === '*' || fleets.includes(fleet)) return;
  throw new ApiError(
    'FLEET_FORBIDDEN',
    `The fleet ${JSON.stringify(fleet)} is not one of the token's`,
    `Name one of them: ${fleets
      .slice(0, NAMED_FLEETS)
      .map((own) => JSON.stringify(own))
      .join(
        ', ',
      )}${fleets.length > NAMED_FLEETS ? `, or one of ${fleets.length - NAMED_FLEETS} others` : ''}.`,
  );
}

/** Characters of what stands in the place of a VIN that an answer repeats. */
const SHOWN_VIN = 40;

/** What stands in the place of a VIN, as an answer repeats it: one letter may be many in the plain form. */
export function shownVin(text: string): string {
  return plainVin(text.slice(0, SHOWN_VIN)).slice(0, SHOWN_VIN);
}

/** A VIN in the form to use. @throws ApiError `REQUEST_INVALID`. */
export function readVin(
  text: string,
  api: Pick<ApiSurroundings, 'sandbox' | 'checkVehicle'>,
  place: Pick<FieldError, 'pointer' | 'parameter'>,
): string {
  const check = api.checkVehicle(text, api);
  if (check.ok) return check.vin;
  throw invalidFields([{ ...place, code: 'VIN_INVALID', detail: check.problem, next: check.remedy }]);
}

/** The brand that is meant, by its id. @throws ApiError `REQUEST_INVALID`. */
export function brandId(
  text: string,
  catalogue: Catalogue,
  place: Pick<FieldError, 'pointer' | 'parameter'>,
): string {
  try {
    return brandOf(catalogue, text);
  } catch (error) {
    throw invalidFields([brandError(error, place)]);
  }
}

/** What is made of a catalogue once: a batch asks for it a thousand times. */
interface Prepared {
  /** The ids of brands by the likeness of their spellings. */
  readonly ids: ReadonlyMap<string, string>;
  readonly rules: Map<string, Rules>;
}
const prepared = new WeakMap<Catalogue, Prepared>();

function prepare(catalogue: Catalogue): Prepared {
  const ids = new Map<string, string>();
  for (const [id, { name, aliases }] of Object.entries(catalogue.brands)) {
    for (const spelling of [id, name, ...aliases]) {
      const key = textKey(spelling);
      if (!ids.has(key)) ids.set(key, id);
    }
  }
  const made = { ids, rules: new Map<string, Rules>() };
  prepared.set(catalogue, made);
  return made;
}

function readRules(
  { brand, fleet }: { readonly brand: string; readonly fleet: string | undefined },
  catalogue: Catalogue,
  { place, errors, hints }: { readonly place: string; readonly errors: FieldError[]; readonly hints: Hints },
): Rules | undefined {
  const { ids, rules } = prepared.get(catalogue) ?? prepare(catalogue);
  const id = ids.get(textKey(brand));
  if (id === undefined) {
    errors.push(unknownBrand(brand, catalogue, place, hints));
    return undefined;
  }
  // Fleets without rules of their own share those of the brand: a caller makes up names as it likes.
  const key = fleet !== undefined && hasFleet(catalogue, fleet) ? `${id} ${fleet}` : id;
  const found = rules.get(key) ?? rulesFor(catalogue, id, { speed: 1, fleet });
  rules.set(key, found);
  return found;
}

function unknownBrand(brand: string, catalogue: Catalogue, place: string, hints: Hints): FieldError {
  hints.left -= 1;
  if (hints.left >= 0) {
    try {
      brandOf(catalogue, brand);
    } catch (error) {
      return brandError(error, { pointer: place });
    }
  }
  const detail = `${JSON.stringify(cutTo(brand, 60))} is not a brand that the catalogue knows.`;
  return { pointer: place, code: 'BRAND_UNKNOWN', detail };
}

function brandError(error: unknown, place: Pick<FieldError, 'pointer' | 'parameter'>): FieldError {
  if (!(error instanceof VinError) || error.code !== 'BRAND_UNKNOWN') throw error;
  return { ...place, code: 'BRAND_UNKNOWN', detail: error.message, next: error.next };
}
