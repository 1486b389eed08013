import { InvalidArgumentError } from 'commander';

/** Reads an option that must be `what`, in words for the complaint. An empty text is no number. */
export function numberThatIs(what: string, fits: (value: number) => boolean): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (!Number.isNaN(value) && fits(value)) return value;
    throw new InvalidArgumentError(`It must be ${what}.`);
  };
}

/** Reads a whole number, both ends included. */
export function wholeNumber(least: number, most?: number): (text: string) => number {
  const range = most === undefined ? `, ${least} or more` : ` from ${least} to ${most}`;
  const fits = (value: number) => Number.isSafeInteger(value) && value >= least && value <= (most ?? value);
  return numberThatIs(`a whole number${range}`, fits);
}

/** Reads a port; 0 is any free one. */
export const portNumber = wholeNumber(0, 65_535);
