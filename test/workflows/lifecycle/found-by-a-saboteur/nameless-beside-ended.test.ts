import { createCalls } from '../../../../activities/calls';
import { Fleet, vehicle, vin } from '../../../activities/support';
import { closeAll as closeFleets } from '../../../providers/high-mobility/harness';
import { closeAll as closeSweeps, row, stage, vin as sweptVin } from '../../../sweep/support';
import { Story } from '../story';

afterEach(closeFleets);
afterEach(closeSweeps);

const later = (): number => Date.now() + 5_000;

/** It may be the open row of the vehicle: a VIN that was cleared again has several. */
const NAMELESS = { status: 'approved', brand: 'bmw', changelog: [] };

describe.each([
  ['without a VIN', NAMELESS],
  ['with a masked VIN', { ...NAMELESS, vin: 'WBA8E9G5*********' }],
  ['with a VIN of invisible characters', { ...NAMELESS, vin: '\u200b' }],
  ['that is none', null],
])('a row %s, beside one of the vehicle that has ended', (_, nameless) => {
  async function calls() {
    const fleet = new Fleet();
    const ended = { vin: vin(1), status: 'revoked', brand: 'bmw', changelog: [] };
    fleet.reply = (route) => (route === 'list' ? { body: [ended, nameless] } : undefined);
    return { fleet, calls: createCalls(await fleet.connect()) };
  }

  it('does not let the vehicle be submitted: it may be cleared already', async () => {
    const { fleet, calls: those } = await calls();
    await those.submit(vehicle(vin(1)), later()).catch(() => undefined);
    expect(fleet.posts).toEqual([]);
  });

  it('is no proof that nothing is open, on which an activation ends', async () => {
    const { calls: those } = await calls();
    const story = Story.approved().defleet();
    story.tell({ type: 'withdrawn', answer: { outcome: 'in-transition', detail: '' } });
    expect(story.commands).toEqual(['read']);
    // As the workflow does it: what fails is told as a failure.
    const told = await those.read(vin(1), later()).catch(() => 'failed' as const);
    if (told !== 'failed') story.tell({ type: 'observed', source: 'poll', clearance: told });
    expect(story.state.ended).toBe(false);
  });

  it('is no proof either where a sweep has read it', async () => {
    const { answer, believers, sweep } = await stage();
    believers.believe(sweptVin(1), 'approved');
    answer([row(sweptVin(1), 'revoked', 3), nameless as never]);
    expect(await sweep()).toEqual([]);
  });
});
