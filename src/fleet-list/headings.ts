import { plainName } from '../domain/name';
import { textKey } from '../domain/text-key';
import { plainCell } from './cells';

/** The columns that we know; `expect` is for trials only. */
export const KNOWN = [
  'vin',
  'brand',
  'fleet',
  'external_id',
  'odometer',
  'application',
  'plate',
  'country',
  'subdivision',
  'expect',
] as const;
export type Known = (typeof KNOWN)[number];

/** Without these there is no list. */
export const REQUIRED = ['vin', 'brand'] as const;

/**
 * Other words that people write over these columns, in English, German, French, Spanish and Italian. Case, accents, spaces
 * and punctuation do not matter. Only words that mean one thing: a wrong guess would start wrong vehicles.
 */
const OTHER_WORDS: Readonly<Partial<Record<Known, string>>> = {
  vin:
    'VIN number, VIN no, VIN nr, VIN code, VIN/FIN, FIN/VIN, vehicle identification number, chassis number, chassis no, ' +
    'FIN, FIN-Nr, FIN-Nummer, Fahrgestellnummer, Fahrgestell-Nr, Fahrgestell-Nummer, Fahrzeug-Identifizierungsnummer, ' +
    'Fahrzeug-Identifikationsnummer, Fahrzeug-Ident-Nr, numéro VIN, numéro de châssis, n° de châssis, no de châssis, ' +
    "numéro de série du véhicule, numéro d'identification du véhicule, número VIN, bastidor, número de bastidor, " +
    'n° bastidor, nº bastidor, nº de bastidor, número de chasis, numero VIN, telaio, numero di telaio, numero telaio, n. telaio, n. di telaio',
  brand:
    'brand name, make, car make, vehicle make, car brand, vehicle brand, manufacturer, Marke, Fahrzeugmarke, Automarke, ' +
    'Hersteller, Fahrzeughersteller, marque, marque du véhicule, constructeur, marca, marca del vehículo, fabricante, ' +
    'marca del veicolo, casa automobilistica, casa costruttrice, costruttore',
  fleet:
    'fleet name, Flotte, Flottenname, Fuhrpark, flotte de véhicules, nom de la flotte, flota, nombre de la flota, flotta, nome flotta',
  application:
    'provider, provider application, data provider, Anbieter, Datenanbieter, fournisseur, proveedor, fornitore',
  plate:
    'number plate, licence plate, license plate, registration plate, plate number, Kennzeichen, Kfz-Kennzeichen, ' +
    "amtliches Kennzeichen, Nummernschild, plaque d'immatriculation, immatriculation, numéro d'immatriculation, matrícula, " +
    'número de matrícula, targa, numero di targa',
  country:
    "plate country, registration country, country of registration, Zulassungsland, pays d'immatriculation, " +
    'país de matriculación, paese di immatricolazione',
  external_id:
    'external id, external reference, externe ID, externe Referenz, référence externe, referencia externa, riferimento esterno',
  odometer:
    'odometer reading, odometer value, odometer km, odometer mi, mileage, Kilometerstand, km-Stand, Tachostand, kilométrage, ' +
    'kilometraje, cuentakilómetros, chilometraggio, contachilometri',
};

const MEANINGS: ReadonlyMap<string, Known> = new Map(
  Object.entries(OTHER_WORDS).flatMap(([known, words]) =>
    words.split(', ').map((word) => [textKey(word), known as Known] as const),
  ),
);

/** What the heading of a column says. */
export interface Heading {
  /** As a person sees it. */
  readonly name: string;
  /** The key of a column `tag:<key>`. */
  readonly tag?: string;
  readonly known?: Known;
  /** How far it is from the word of the column: 0 that word, 1 with a remark in brackets, 2 another word. */
  readonly distance: 0 | 1 | 2;
  /** The unit that the heading of an odometer names. */
  readonly unit: '' | 'km' | 'mi';
}

export function readHeading(cell: string): Heading {
  const name = plainName(plainCell(cell)).replace(/^'(.*?)'?$/, '$1');
  const tag = /^tag:\s*(\S.*)$/i.exec(name)?.[1];
  if (tag !== undefined) return { name, tag, distance: 0, unit: '' };
  const bare = withoutRemark(name);
  const word = (text: string) => KNOWN.find((known) => known === text.toLowerCase());
  const own = word(name);
  if (own) return { name, known: own, distance: 0, unit: '' };
  const remarked = word(bare);
  const known = remarked ?? MEANINGS.get(textKey(bare));
  return { name, ...(known && { known }), distance: remarked ? 1 : 2, unit: unitOf(name, bare) };
}

/** How well a row can be the header of a list: 3 by the words of the columns, 2 by other words, 1 by one of two. */
export function headerFit(cells: readonly string[]): 0 | 1 | 2 | 3 {
  const headings = cells.map(readHeading);
  const nearest = REQUIRED.map((column) =>
    Math.min(...headings.map(({ known, distance }) => (known === column ? distance : 9))),
  );
  const there = nearest.filter((distance) => distance < 9);
  if (there.length < REQUIRED.length) return there.length > 0 ? 1 : 0;
  return there.every((distance) => distance < 2) ? 3 : 2;
}

function withoutRemark(name: string): string {
  return name.replace(/\s*(?:\([^()]*\)|\[[^[\]]*\])$/, '');
}

/** `odometer (km)` names it, and so does a word that has kilometres in it. */
function unitOf(name: string, bare: string): Heading['unit'] {
  const remark = /[([]\s*(km|mi)\s*[)\]]$/i.exec(name)?.[1]?.toLowerCase();
  if (remark === 'km' || remark === 'mi') return remark;
  if (/\bmi$/i.test(bare)) return 'mi';
  return /^(?:km|kilom|chilom|cuentakilom|contachilom)|\bkm$/i.test(bare) ? 'km' : '';
}
