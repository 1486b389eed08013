import { Command } from 'commander';
import type { FilterName, FilterWords } from '../activations/filter';
import { addFilterOptions, filterIn } from './filter-options';
import { say } from './output';
import { withClient } from './session';
import { takeSnapshot } from './snapshot';
import { todoFor } from './todo';
import { todoAsText } from './todo-words';
import { widthOf } from './wrapped';

const NARROWING = ['provider', 'application', 'fleet', 'brand', 'owner'] as const satisfies FilterName[];

/** Clears a terminal, and goes to its first line. */
const CLEAR = '\u001b[2J\u001b[H';

export function watchCommand(): Command {
  const command = new Command('watch').description(
    'Show what there is to do, and show it again as it changes.',
  );
  return addFilterOptions(command, NARROWING)
    .addHelpText(
      'after',
      `
It is vin todo, read anew every 20 seconds. Off a terminal it is printed where something has changed, and nothing is cleared.

Examples:
  vin watch
  vin watch --fleet acme`,
    )
    .action(async (words: FilterWords) => {
      const { filter } = filterIn(words, 'vin watch');
      const { stopRequested } = require('./ending') as typeof import('./ending');
      const { Snapshots } = require('../snapshot/snapshots') as typeof import('../snapshot/snapshots');
      const { EXIT } = require('./exit-codes') as typeof import('./exit-codes');
      const screen = new Screen(process.stdout);
      await withClient(async (client) => {
        const snapshots = new Snapshots(() => takeSnapshot(client));
        // A server that goes away later is waited for; one that is not there at all is said.
        await snapshots.look();
        const stop = snapshots.keep({
          read: (snapshot) => screen.show(todoFor(snapshot, filter)),
          failed: (error) => say(`note: it could not be read anew: ${(error as Error).message}`),
        });
        const signal = await stopRequested();
        process.exitCode = signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
        await stop();
      });
    });
}

type Answer = ReturnType<typeof todoFor>;

/** What a person looks at: one picture on a terminal, and elsewhere one after the other. */
export class Screen {
  #shown = '';

  constructor(private readonly to: Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'>) {}

  show(answer: Answer, now: number = Date.now()): void {
    const text = todoAsText(answer, { now, width: widthOf(this.to) });
    if (this.to.isTTY) {
      this.to.write(`${CLEAR}${text}\n`);
      return;
    }
    // Ages move by themselves: that is no change.
    const what = JSON.stringify([answer.sentence, answer.groups]);
    if (what !== this.#shown) this.to.write(`${this.#shown === '' ? '' : '\n'}${text}\n`);
    this.#shown = what;
  }
}
