/** A VIN is personal data: enough of it to find the vehicle with, not enough to name it. */
export function redactVin(vin: string): string {
  return `${vin.slice(0, 3)}…${vin.slice(-4)}`;
}

/** The same of a plate with its country. */
export function redactPlate(plate: string): string {
  return `${plate.slice(0, 4)}…${plate.slice(-2)}`;
}

/**
 * What looks like a whole VIN, or like the 16 characters of an older identifier: letters and digits with some of both, not part of a longer word. What an escape of JSON
 * or of an address ends with is no part of it.
 */
const WHOLE =
  /(?<=^|[^A-Za-z0-9]|%[0-9A-Fa-f]{2}|\\[bfnrt]|\\u[0-9A-Fa-f]{4})(?=\d*[A-Za-z])(?=[A-Za-z]*\d)[A-Za-z0-9]{16,17}(?![A-Za-z0-9])/g;

/** A text in which every whole VIN is shortened. */
export function redactVins(text: string): string {
  return text.replace(WHOLE, redactVin);
}
