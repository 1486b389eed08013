import { Command } from 'commander';
import type { FilterName, FilterWords } from '../activations/filter';
import type { ActivationFilter } from '../activations/search';
import type { Snapshot } from '../snapshot/snapshot';
import { timeFor } from './ages';
import { addFilterOptions, filterIn } from './filter-options';
import { type Format, outputOption, printAnswer, quoted } from './output';
import { withClient } from './session';
import { nameOfApplication, retriesByCatalogue, takeSnapshot } from './snapshot';
import { todoAsText } from './todo-words';
import { widthOf } from './wrapped';

/** The version of what `-o json` prints. */
const VERSION = 1;

const NARROWING = ['provider', 'application', 'fleet', 'brand', 'owner'] as const satisfies FilterName[];

export function todoCommand(): Command {
  const command = new Command('todo').description(
    'Say what is stuck, whose turn it is and what to do, biggest harm first.',
  );
  return addFilterOptions(command, NARROWING)
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
Each group has the same reason and the same owner: how many, the oldest, what to do, the deadline, and a command for all of it.

Examples:
  vin todo
  vin todo --fleet acme
  vin todo --owner driver -o json | jq '.groups[].command'`,
    )
    .action(async ({ output, ...words }: FilterWords & { readonly output: Format }) => {
      const chosen = filterIn(words, 'vin todo');
      const answer = await withClient(async (client) => todoFor(await takeSnapshot(client), chosen.filter));
      printAnswer(output, answer, (todo) => todoAsText(todo, { now: Date.now(), width: widthOf() }));
    });
}

/** What `vin todo` answers. @param zone of the times in its sentence. @default that of this machine */
export function todoFor(snapshot: Snapshot, filter: ActivationFilter = {}, zone?: string) {
  const { todoOf } = require('../snapshot/todo') as typeof import('../snapshot/todo');
  const { narrowed } = require('../snapshot/narrow') as typeof import('../snapshot/narrow');
  const { sentenceOf } = require('../snapshot/sentence') as typeof import('../snapshot/sentence');
  // The commands that it names are for the same vehicles; each names its owner itself.
  const narrowedBy = NARROWING.flatMap((name) =>
    name === 'owner' || filter[name] === undefined ? [] : [`--${name} ${quoted(filter[name])}`],
  );
  const todo = todoOf(narrowed(snapshot, filter), { retryOf: retriesByCatalogue(), narrowedBy });
  const { at, calls, duration } = snapshot;
  const telling = { nameOf: nameOfApplication, timeOf: (time: string) => timeFor(time, at, zone) };
  return {
    version: VERSION,
    at: new Date(at).toISOString(),
    calls,
    duration,
    sentence: sentenceOf(todo, telling),
    ...todo,
  };
}

export type TodoAnswer = ReturnType<typeof todoFor>;
