import { live } from './life';
import { atOtonomo } from './otonomo-api';
import { describeLife } from './trace';

/** Lives at Otonomo, by its real client: OTONOMO_SEEDS=5000 npx jest test/simulation/otonomo-lives --selectProjects unit */

const SEEDS = Number(process.env['OTONOMO_SEEDS'] ?? 200);
const FIRST = Number(process.env['OTONOMO_FROM'] ?? 1);

it(`keeps every promise in ${SEEDS} lives of forty days at Otonomo`, async () => {
  const met = {
    approved: 0,
    drift: 0,
    'taken up again': 0,
    removed: 0,
    kept: 0,
    failed: 0,
    paused: 0,
    'gone on': 0,
    'came again': 0,
    'taken over': 0,
    'ended by force': 0,
  };
  for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
    const { state, provider, complaints, auditor, comings } = await live(seed, { at: atOtonomo });
    if (complaints.length > 0) {
      const lines: string[] = [];
      const again = await live(seed, { at: atOtonomo }, (line) => lines.push(line));
      throw new Error(
        [`Seed ${seed} breaks a promise`, ...lines.slice(-60), ...describeLife(again)].join('\n'),
      );
    }
    const hasLeft = state?.ended && state.defleet !== null;
    if (state?.clearance.status === 'approved') met.approved += 1;
    if (state?.parked?.kind === 'drift') met.drift += 1;
    if (state?.clearance.status === 'rejected') met.failed += 1;
    if (auditor.events.has('suspended')) met.paused += 1;
    if (state?.clearance.status === 'approved' && auditor.events.has('suspended')) met['gone on'] += 1;
    if (comings.again + comings.afresh > 0) met['came again'] += 1;
    if (comings.adopted > 0) met['taken over'] += 1;
    if (comings.forced > 0) met['ended by force'] += 1;
    if (provider.otonomo.takenUp > 0) met['taken up again'] += 1;
    if (hasLeft && provider.otonomo.removed > 0) met.removed += 1;
    if (hasLeft && state.clearance.status !== 'absent' && provider.books.rows.length > 0) met.kept += 1;
  }
  process.stdout.write(`${SEEDS} lives at Otonomo from seed ${FIRST}: ${JSON.stringify(met)}\n`);
  // A few lives cannot have met everything.
  const rare = SEEDS >= 1_000 ? [] : ['gone on'];
  const missing = Object.entries(met).filter(([what, count]) => count === 0 && !rare.includes(what));
  if (SEEDS >= 200) expect(missing).toEqual([]);
}, 3_600_000);
