import type { Command, Option } from 'commander';
import { visible } from '../base/visible';
import { OWNERS } from '../domain/owner';
import { CLEARANCE_STATUSES } from '../domain/status';
import { readCatalogue, withClient } from './session';

/** How long Temporal has to say which fleets there are, in milliseconds: somebody waits with a finger on the key. */
const PATIENCE = 1_000;

/** Where fleets are read: as many rows as one page has. */
const ROWS = 1_000;

/** Prints the words that may come next, one a line. @param typed what stands behind `vin`, the last word unfinished. */
export async function printWords(program: Command, typed: readonly string[]): Promise<void> {
  const words = await wordsFor(program, typed);
  process.stdout.write(words.map((word) => `${word}\n`).join(''));
}

/** The words that may come next, those that begin as the last one does. */
export async function wordsFor(program: Command, typed: readonly string[]): Promise<string[]> {
  const begun = typed.at(-1) ?? '';
  const { command, option } = placeOf(program, typed.slice(0, -1));
  const all = option ? await valuesOf(option) : wordsOf(command, begun);
  return [...new Set(all)]
    .filter((word) => word.startsWith(begun) && visible(word) === word)
    .sort((a, b) => a.localeCompare(b));
}

/** The command that is meant, and the option that waits for its value. */
function placeOf(
  program: Command,
  words: readonly string[],
): { command: Command; option: Option | undefined } {
  let command = program;
  let option: Option | undefined;
  for (const word of words) {
    if (option) {
      option = undefined;
    } else if (word.startsWith('-')) {
      const found = command.options.find(({ long, short }) => word === long || word === short);
      option = found?.required ? found : undefined;
    } else {
      command = command.commands.find((one) => one.name() === word) ?? command;
    }
  }
  return { command, option };
}

function wordsOf(command: Command, begun: string): string[] {
  if (begun.startsWith('-'))
    return command.options.flatMap(({ long }) => (long ? [long] : [])).concat('--help');
  // That one is for the shells.
  return command.commands.map((part) => part.name()).filter((name) => name !== 'words');
}

/** What an option can be. Nothing: the shell completes names of files. */
async function valuesOf(option: Option): Promise<readonly string[]> {
  if (option.argChoices) return option.argChoices;
  switch (option.attributeName()) {
    case 'brand':
      return Object.keys(readCatalogue().brands);
    case 'status':
      return CLEARANCE_STATUSES;
    case 'owner':
      return OWNERS;
    case 'reason':
      return readCatalogue().reasons.map(({ id }) => id);
    case 'fleet':
      return fleets();
    default:
      return [];
  }
}

/** The fleets of the newest vehicles under way; none where Temporal does not say it in time. */
async function fleets(): Promise<string[]> {
  try {
    return await withClient(async (client) => {
      const { Activations } =
        require('../activations/activations') as typeof import('../activations/activations');
      const { ownApplication } = require('./session') as typeof import('./session');
      const activations = new Activations(client, ownApplication());
      const { rows } = await activations.within(PATIENCE, () =>
        activations.page({}, { limit: ROWS, from: null }),
      );
      return rows.flatMap(({ fleet }) => (fleet ? [fleet] : []));
    });
  } catch {
    return [];
  }
}
