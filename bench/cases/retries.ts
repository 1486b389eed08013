import { highMobility } from '../../src/providers/high-mobility/profile';
import { retryTogether } from '../../test/simulation/fleet-retries';
import type { Case, Run } from '../figure';
import { rounded } from '../pairs';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const JOINING = 60;

export const retries: Case = {
  name: 'retries',
  title: 'A batch of 3,000 retries',
  how:
    '3,000 vehicles that were rejected at once wait for a person, and are retried by one batch with its usual pace, on a virtual clock; meanwhile ' +
    `${JOINING} others are started, one every five seconds. Real: the sender of batches, the shell, the lifecycle, the activities with what gathers calls, ` +
    'the line for slots, and the client. Played: Temporal, which hands out the slots of the usual budgets one after the other, and the ' +
    'provider. The baseline is the same without the retries. For information: the same as fast as messages can be sent. The quick run has 600.',
  async measure({ quick, say }: Run) {
    const retried = quick ? 600 : 3_000;
    const alone = await retryTogether({ retried: 0, joining: JOINING });
    const ours = await retryTogether({ retried, joining: JOINING });
    say(`${ours.submitted} submitted again in ${rounded(ours.took / MINUTE)} minutes, ${ours.calls} calls`);
    if (ours.submitted < retried) throw new Error(`${ours.submitted} of ${retried} were submitted again`);
    const unpaced = await retryTogether({ retried, joining: JOINING, pace: 1e9 });
    const { list, submit } = highMobility.budgets;
    const shareOf = ({ most }: typeof ours): number => Math.max(most.list / list, most.submit / submit);
    const longest = ({ waits }: typeof ours): number => Math.max(...waits) / SECOND;
    const many = retried.toLocaleString('en-US');
    const told = { baseline: '-', line: null, better: 'less' } as const;
    return [
      {
        id: 'retries-budget',
        what: `the most calls of an endpoint in a minute while ${many} are retried, to its budget`,
        ours: `${ours.most.list} lists, ${ours.most.submit} submissions`,
        baseline: `${list} and ${submit}`,
        value: shareOf(ours),
        line: { atMost: 1 },
        better: 'less' as const,
      },
      {
        id: 'retries-held-up',
        what: `the longest wait of a vehicle that is started while ${many} are retried, seconds more than without them`,
        ours: `${rounded(longest(ours))} s`,
        baseline: `${rounded(longest(alone))} s`,
        value: longest(ours) - longest(alone),
        line: { atMost: 5 },
        better: 'less' as const,
      },
      {
        ...told,
        id: 'retries-minutes',
        what: `minutes until ${many} are submitted again`,
        ours: `${rounded(ours.took / MINUTE)} min`,
        value: ours.took / MINUTE,
      },
      {
        ...told,
        id: 'retries-unpaced',
        what: 'the same wait where the batch has no pace, seconds more than without it',
        ours: `${rounded(longest(unpaced))} s`,
        value: longest(unpaced) - longest(alone),
      },
    ];
  },
};
