import { WorkflowNotFoundError } from '@temporalio/client';
import { VinError } from '../../src/base/errors';
import { type MessageKind, signalOf } from '../../workflows/contract/messages';
import type { Random } from '../simulation/random';
import { isNotAnswered } from '../support/not-answered';
import { freshId, type Stage } from '../support/stage';
import type { Car } from './fleet';

/** Bodies that make no sense for any message. */
const NONSENSE = [{ by: 7 }, 'sold', ['x'], { nonsense: true }, { id: 5 }, { notAfter: 'tomorrow' }] as const;
/** It counts no more. */
const TOO_LATE = { by: 'ops', notAfter: '2020-01-01T00:00:00Z' };

/** Which kinds a vehicle hears. */
const HARMLESS = ['acknowledge', 'amend'] as const;
const AGAIN = ['retry', 'resume'] as const;

/** What may come of a message: it was refused, or the server took its time, as on a busy machine, and nothing was sent. */
const EXPECTED: readonly string[] = [
  'MESSAGE_NOT_KNOWN',
  'MESSAGE_REFUSED',
  'ACTIVATION_UNKNOWN',
  'TEMPORAL_UNREACHABLE',
];

/** People who send messages of every kind, right ones and wrong ones. */
export class Messengers {
  readonly count: Record<string, number> = {};
  /** Vehicles that somebody asked to leave, in a way that the server has taken. */
  readonly leaving = new Set<string>();
  /** How often somebody asked to try a vehicle again. */
  readonly again = new Map<string, number>();
  /** Answers that nobody should get. */
  readonly surprises: string[] = [];

  constructor(
    private readonly stage: Stage,
    private readonly random: Random,
  ) {}

  /** A message that changes no more than what is recorded, or asks to try again. */
  async write({ vin, isPlain }: Car): Promise<void> {
    const kind = this.random.pick<MessageKind>(isPlain ? HARMLESS : [...HARMLESS, ...AGAIN]);
    if (kind === 'retry' || kind === 'resume') this.again.set(vin, (this.again.get(vin) ?? 0) + 1);
    await this.send(vin, kind, { by: 'ops', ...this.wordsOf(kind) });
  }

  async defleet({ vin }: Car): Promise<void> {
    if (this.random.chance(0.3)) {
      await this.sent('cancel', () => this.stage.handle(vin).cancel(), vin);
      return;
    }
    await this.send(vin, 'defleet', { by: 'ops', reason: 'sold' }, vin);
  }

  /** What is refused, whatever it is about. */
  async blunder({ vin }: Car): Promise<void> {
    const kind = this.random.pick<MessageKind>(['defleet', ...HARMLESS, ...AGAIN]);
    const body = this.random.chance(0.2) ? TOO_LATE : this.random.pick<unknown>(NONSENSE);
    await this.sent(`wrong ${kind}`, () => this.stage.handle(vin).signal(kind, body));
  }

  private wordsOf(kind: MessageKind): object {
    if (kind === 'acknowledge') return { until: `${this.random.between(1, 9)}d` };
    if (kind !== 'amend') return {};
    const tag = String(this.random.between(1, 9));
    return { tags: { [`note ${tag}`]: this.random.chance(0.3) ? null : tag } };
  }

  /** As the command line does, which asks what became of it; or as the Temporal UI does. */
  private async send(vin: string, kind: MessageKind, words: object, leaving?: string): Promise<void> {
    const request = { ...words, id: freshId() };
    if (this.random.chance(0.4)) {
      await this.sent(kind, () => this.stage.handle(vin).signal(signalOf(kind), request), leaving);
      return;
    }
    const { activations } = this.stage;
    await this.sent(
      kind,
      async () => {
        const { outcome } = await activations.send(kind, vin, request);
        this.counted(`${kind}: ${outcome}`);
      },
      leaving,
    );
  }

  private async sent(kind: string, work: () => Promise<unknown>, leaving?: string): Promise<void> {
    this.counted(kind);
    try {
      await work();
      if (leaving) this.leaving.add(leaving);
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return;
      const code = error instanceof VinError ? error.code : String(error);
      this.counted(`${kind}: ${code}`);
      if (EXPECTED.includes(code) || isNotAnswered(error)) return;
      this.surprises.push(`${kind}: ${String(error)}`);
    }
  }

  private counted(name: string): void {
    this.count[name] = (this.count[name] ?? 0) + 1;
  }
}
