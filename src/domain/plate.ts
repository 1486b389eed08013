import { cutTo } from './cut';
import { codePoint, withoutInvisible } from './name';

/** A registration plate. Two spellings of one plate are the same text here. */
export interface Plate {
  /** ISO 3166-1 alpha-2, in capitals. */
  readonly country: string;
  /** Letters and digits only, in capitals; with its subdivision in front, where it has one. */
  readonly number: string;
  /** The region that the plate names, such as `HD` of a German one. Null: none, or nobody has said it. */
  readonly subdivision: string | null;
}

/** What came of checking a plate. `problem` completes "The plate …". */
export type PlateCheck =
  | { readonly ok: true; readonly plate: Plate }
  | { readonly ok: false; readonly problem: string; readonly remedy: string };

/** A plate in parts, as a provider's rows have it. */
export interface PlateParts {
  readonly country: string;
  readonly number: string;
  readonly subdivision?: string | null | undefined;
}

/** The longest number that is taken: the longest plates of today have 10 characters. */
const LONGEST = 15;
const COUNTRY = /^[A-Z]{2}$/;
const SUBDIVISION = /^[\p{Lu}\p{Nd}]{1,5}$/u;
/** What people write between the parts of a plate: spaces, dots, hyphens, slashes, and the dot that stands for a seal. */
export const BETWEEN = /[\s.\-‐-―·•/_]+/gu;
const EXAMPLE = 'Write it like NO-AA12345: the country (two letters), a hyphen, the number.';

/** Checks a plate in parts. The number may have its subdivision in front, or not: in what people give, `readGivenPlate` tells the two apart. */
export function checkPlate({ country: land, number: text, subdivision: region }: PlateParts): PlateCheck {
  const country = plain(land);
  if (!isCountry(country)) {
    return refused(
      `has no country "${shown(land)}"`,
      'Write its country in two letters (ISO 3166), like NO.',
    );
  }
  const rest = plain(text);
  if (rest === '') return refused('has no number', EXAMPLE);
  const odd = /[^\p{Lu}\p{Nd}]/u.exec(rest)?.[0];
  if (odd !== undefined) {
    return refused(`contains the character ${odd} (${codePoint(odd)})`, 'Write letters and digits only.');
  }
  const subdivision = region === undefined || region === null ? null : plain(region) || null;
  if (subdivision !== null && !SUBDIVISION.test(subdivision)) {
    return refused(`has no subdivision "${shown(region ?? '')}"`, 'Write up to five letters, like HD.');
  }
  const number = subdivision !== null && !rest.startsWith(subdivision) ? subdivision + rest : rest;
  if (number.length > LONGEST) {
    return refused(
      `has ${number.length} characters; at most ${LONGEST} are taken`,
      'Compare it with the car.',
    );
  }
  return { ok: true, plate: { country, number, subdivision } };
}

/** Reads a plate in one text: `NO-AA12345`, `no aa 12345`, `DE HD-BB 12345`. */
export function readPlate(text: string): PlateCheck {
  const parts = inParts(text);
  return parts ? checkPlate(parts) : refused('does not begin with its country', EXAMPLE);
}

/** The country in front of a plate, and the rest. Null: there is none. */
export function inParts(text: string): { readonly country: string; readonly number: string } | null {
  const seen = withoutInvisible(text).normalize('NFKC');
  const [, country, number] = /^\s*(\p{L}{2})[\s.\-‐-―·•/_:]+(.*)$/su.exec(seen) ?? [];
  return country === undefined || number === undefined ? null : { country, number };
}

/** A plate as people read it, and as ids and columns have it: `NO-AA12345`. */
export function plateText({ country, number }: Plate): string {
  return `${country}-${number}`;
}

/** Whether two plates are one, whatever is said of their subdivisions. */
export function isSamePlate(one: Plate, other: Plate): boolean {
  return one.country === other.country && one.number === other.number;
}

/** Letters and digits as plates are compared by them. */
export function plain(text: string): string {
  return inLatin(withoutInvisible(text).normalize('NFKC').replace(BETWEEN, '').toUpperCase());
}

/** Cyrillic and Greek letters, and the Latin ones that look the same: plates are read by cameras, which see no difference. */
const LOOKS_LIKE: ReadonlyMap<string, string> = new Map(
  ['АA ВB ЕE КK МM НH ОO РP СC ТT УY ХX ІI ЈJ ЅS', 'ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX']
    .join(' ')
    .split(' ')
    .map(([other = '', latin = '']) => [other, latin]),
);

/** In Latin letters, where all of it can be: one plate is one text, whichever keyboard wrote it. Others stay as they are. */
function inLatin(text: string): string {
  const latin = [...text].map((letter) => LOOKS_LIKE.get(letter) ?? letter).join('');
  return /^[A-Z\d]*$/.test(latin) ? latin : text;
}

function shown(text: string): string {
  return cutTo(text, 20);
}

function refused(problem: string, remedy: string): PlateCheck {
  return { ok: false, problem, remedy };
}

function isCountry(text: string): boolean {
  return COUNTRY.test(text) && COUNTRIES.has(text);
}

/** ISO 3166-1 alpha-2, and XK (Kosovo), which plates have though the standard leaves it to its users. */
const COUNTRIES: ReadonlySet<string> = new Set(
  (
    'AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ ' +
    'CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO ' +
    'FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE ' +
    'JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO ' +
    'MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW ' +
    'PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM ' +
    'TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW XK'
  ).split(' '),
);
