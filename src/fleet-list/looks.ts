import { plainName } from '../domain/name';
import { plainVin } from '../domain/vin';
import { plainCell } from './cells';

/** Whether a value can only be a VIN: 17 letters and digits, of which some are digits. White space does not count. */
export function looksLikeVin(cell: string): boolean {
  const vin = plainVin(cell.replace(/[\s'"=]/gu, ''));
  return /^[A-Z0-9]{17}$/.test(vin) && /\d/.test(vin);
}

/** Whether a row can only be a vehicle: a title in one cell, such as `Fuhrparkliste 2026`, may have 17 letters and digits too. */
export function looksLikeVehicle(cells: readonly string[]): boolean {
  return cells.some(looksLikeVin) && cells.filter((cell) => cell !== '').length > 1;
}

/** What begins the last row of a table that adds up the others, in the five languages of the headings. */
const TOTAL =
  /^(?:(?:grand|sub|sous)[ -]?)?(?:totals?|totales?|totaux|totali|totaal|sum|(?:gesamt|zwischen)?summe|gesamt(?:an)?zahl|gesamt|insgesamt|somme|somma|suma|anzahl|count|nombre|número|numero|\d+ (?:fahrzeuge|vehicles|cars|véhicules|vehículos|veicoli))(?!\p{L})/iu;
const AMOUNT = /^(?:=.*|[\d\s.,'’+\-%€$£]+(?:km|mi|eur)?)$/i;

/**
 * Whether a row that cannot be used adds up others: nothing in it can be a VIN, it has no brand, and a word or numbers alone
 * say so. It has also to be among the last rows, which only their reader knows.
 */
export function looksLikeTotal(
  cells: readonly string[],
  at: { readonly vin: number; readonly brand: number },
): boolean {
  const value = (index: number) => plainName(plainCell(cells[index] ?? ''));
  const [vin, brand] = [value(at.vin), value(at.brand)];
  if (brand !== '' && !AMOUNT.test(brand) && !TOTAL.test(brand)) return false;
  if (cells.some(looksLikeVin)) return false;
  if (TOTAL.test(vin)) return true;
  if (vin !== '' && !(vin.length < 10 && AMOUNT.test(vin))) return false;
  const values = cells.map((_, index) => value(index)).filter((text) => text !== '');
  return values.some((text) => TOTAL.test(text)) || (vin === '' && values.every((text) => AMOUNT.test(text)));
}
