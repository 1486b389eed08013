import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { Reading } from '../baselines/list-reader';
import type { Case, Figure, Run } from '../figure';
import { type ListedProvider, startListServer } from '../list-server';
import { measurePairs, ratioFigure, rounded } from '../pairs';

const CLEARANCES = 100_000;
const CHANGES = [100, 10_000] as const;
/** A sweep takes a second, so there can be more of them. */
const PAIRS_MORE = 4;

/** Whose list is swept. */
interface Swept {
  readonly provider: ListedProvider;
  /** The name of the case, and how the ids of its figures begin. */
  readonly name: string;
  readonly title: string;
  /** What its list is like. */
  readonly list: string;
}

export const sweep = sweepOf({
  provider: 'high-mobility',
  name: 'sweep',
  title: 'A sweep of 100,000 clearances',
  list: '',
});

export const otonomoSweep = sweepOf({
  provider: 'otonomo',
  name: 'otonomo-sweep',
  title: 'A sweep of 100,000 vehicles at Otonomo',
  list: 'The list is a whole workspace, as its documents show one: rows of a fifth of the size, so that what a sweep does for each row weighs more. ',
});

function sweepOf({ provider, name, title, list }: Swept): Case {
  return {
    name,
    title,
    how:
      list +
      "Real: the sweeper and the provider's client, in a process of their own, and the list over HTTP. Played: the activations, " +
      'which are in memory and believe what they are told, so that what Temporal needs for a search or a signal is not counted. ' +
      'The baseline reads the same list with the same HTTP client and gives it to `JSON.parse`, in another process. The memory is the largest that ' +
      'was seen of the process that sweeps, beyond what it had before its first sweep, after all of these sweeps. The first sweep of a process has nothing to ' +
      'compare with and parses everything.',
    async measure({ pairs, say }: Run) {
      const server = await startListServer(CLEARANCES, provider);
      const sweeping = await Reader.start('sweep', provider, server.url);
      const parsing = await Reader.start('parse', provider, server.url);
      try {
        say(`the list has ${rounded(server.size / 1e6)} MB`);
        await parsing.read();
        const first = await sweeping.read();
        say(`first sweep: ${rounded(first.milliseconds)} ms`);
        await sweeping.read();
        const times = await measurePairs(
          pairs + PAIRS_MORE,
          async () => (await parsing.read()).milliseconds,
          async () => {
            const { milliseconds, signals } = await sweeping.read();
            if (signals !== 0) throw new Error(`nothing changed, and ${signals} signals were sent`);
            return milliseconds;
          },
        );
        const changed: Figure[] = [];
        let growth = 0;
        for (const count of CHANGES) {
          server.change(count);
          const reading = await sweeping.read();
          growth = reading.growth;
          say(`${count} changes: ${rounded(reading.milliseconds)} ms, ${reading.signals} signals`);
          changed.push(signalsFigure(name, count, reading));
        }
        return [
          ratioFigure(times, {
            id: `${name}-time`,
            what: 'sweep in which nothing changed, time to reading and parsing the list',
            unit: 'ms',
            line: { atMost: 2 },
            better: 'less',
          }),
          {
            id: `${name}-memory`,
            what: 'by how much the memory of the process has grown, MB',
            ours: `${rounded(growth)} MB`,
            baseline: '-',
            value: growth,
            line: { atMost: 200 },
            better: 'less' as const,
          },
          ...changed,
          {
            id: `${name}-first`,
            what: 'first sweep of a process, seconds',
            ours: `${rounded(first.milliseconds / 1_000)} s`,
            baseline: '-',
            value: first.milliseconds / 1_000,
            line: null,
            better: 'less' as const,
          },
        ];
      } finally {
        sweeping.stop();
        parsing.stop();
        await server.close();
      }
    },
  };
}

function signalsFigure(name: string, count: number, { milliseconds, signals }: Reading): Figure {
  return {
    id: `${name}-signals-${count}`,
    what: `sweep with ${count.toLocaleString('en-US')} changes: signals sent too many or too few`,
    ours: `${signals.toLocaleString('en-US')} signals, ${rounded(milliseconds / 1_000)} s`,
    baseline: `${count.toLocaleString('en-US')} changes`,
    value: Math.abs(signals - count),
    line: { atMost: 0 },
    better: 'less',
  };
}

/** A process that reads the list when it is told to. */
class Reader {
  private constructor(private readonly child: ChildProcess) {}

  static async start(mode: 'sweep' | 'parse', provider: ListedProvider, url: string): Promise<Reader> {
    const file = resolve(__dirname, '../baselines/list-reader.ts');
    const child = fork(file, [mode, provider, url, String(CLEARANCES)], {
      execArgv: ['-r', resolve(__dirname, '../register.cjs')],
    });
    await once(child, 'message');
    return new Reader(child);
  }

  async read(): Promise<Reading> {
    const answer = once(this.child, 'message');
    this.child.send('read');
    return ((await answer) as [Reading])[0];
  }

  stop(): void {
    this.child.disconnect();
  }
}
