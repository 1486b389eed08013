import { giveWay } from './clock';
import { type Life, live } from './life';
import { Tally } from './tally';
import { describeLife } from './trace';
import { cpuSeconds, realSeconds } from './virtual-time';

/** Lives one life after the other, until one breaks a promise. */
export class ManyLives {
  readonly tally = new Tally();
  #lived = 0;
  readonly #first: number;
  readonly #begun = realSeconds();
  readonly #worked = cpuSeconds();

  constructor(first: number) {
    this.#first = first;
  }

  /** @returns the next life. */
  async next(): Promise<Life> {
    const life = await live(this.#first + this.#lived);
    this.#lived += 1;
    this.tally.add(life);
    await giveWay();
    return life;
  }

  /** How fast it was. What others do on the same machine counts less in the time of a core. */
  get speed(): string {
    const speed = Math.round(this.#lived / (realSeconds() - this.#begun));
    const ofCore = Math.round(this.#lived / (cpuSeconds() - this.#worked));
    return `${this.#lived} lives from seed ${this.#first}, ${speed} lives a second, ${ofCore} a second of a core`;
  }
}

/** The life again, told in words, and the command that repeats it. */
export async function report({ seed }: Life): Promise<string> {
  const lines: string[] = [];
  const again = await live(seed, {}, (line) => lines.push(line));
  const tail = lines.slice(-60);
  const command = `npm run lives -- --seeds 1 --from ${seed}`;
  return [`Seed ${seed} breaks a promise. Again: ${command}`, ...tail, ...describeLife(again)].join('\n');
}
