import { InvalidArgumentError } from 'commander';
import { sentences } from '../base/sentences';
import { checkFleet, checkName, NAME_LENGTH, type NameCheck, plainName } from '../domain/name';

/** Reads a name of at most so many characters into its normal form. */
export function nameOption(most = NAME_LENGTH): (text: string) => string {
  return (text) => nameIn(text, checkName(text, most), most);
}

/** Reads the name of a fleet into its normal form. */
export function fleetOption(text: string): string {
  return nameIn(text, checkFleet(text), NAME_LENGTH);
}

function nameIn(text: string, check: NameCheck, most: number): string {
  if (check.ok) return check.name;
  const { length } = plainName(text);
  if (length === 0 || length > most) throw new InvalidArgumentError(`It must have 1 to ${most} characters.`);
  throw new InvalidArgumentError(`It ${sentences(check.problem, check.remedy)}`);
}
