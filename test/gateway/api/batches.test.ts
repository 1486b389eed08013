import { VinError } from '../../../src/errors';
import { apiForEachTest } from './api-for-each-test';

const here = apiForEachTest();
const { post } = here;

const START = '/v1/activations';

describe('a batch', () => {
  const vinOf = (index: number) => `WBA8E9G50GN${String(index).padStart(6, '0')}`;

  test('has a result for each item, in order; bad ones stop nobody', async () => {
    here.activations.active.add(vinOf(1));
    const answer = await post(`${START}/batch`, [
      { vin: vinOf(0), brand: 'bmw' },
      { vin: vinOf(1), brand: 'bmw' },
      { vin: 'SHORT', brand: 'bmw' },
      'text',
      { vin: vinOf(0).toLowerCase(), brand: 'mini' },
      { vin: vinOf(5), brand: 'bmw', colour: 'red' },
      { vin: vinOf(6), brand: 'bmw' },
    ]);
    expect(answer.status).toBe(202);
    expect(answer.body).toMatchObject({ started: 2, alreadyActive: 1, refused: 4 });
    const told = answer.body.results.map(
      ({
        index,
        outcome,
        problem,
      }: {
        index: number;
        outcome: string;
        problem?: { errors: [{ pointer: string }] };
      }) => `${index} ${problem?.errors[0].pointer ?? outcome}`,
    );
    expect(told).toEqual([
      '0 started',
      '1 already-active',
      '2 #/2/vin',
      '3 #/3',
      '4 #/4/vin',
      '5 #/5/colour',
      '6 started',
    ]);
    expect(answer.body.results[4].problem.errors[0].detail).toBe('is already item 0');
  });

  test('has 1 to 1,000 items', async () => {
    const items = Array.from({ length: 1_001 }, (_, index) => ({ vin: vinOf(index), brand: 'bmw' }));
    expect((await post(`${START}/batch`, items)).status).toBe(422);
    expect((await post(`${START}/batch`, [])).status).toBe(422);
    const answer = await post(`${START}/batch`, items.slice(1));
    expect(answer.body).toMatchObject({ started: 1_000, refused: 0 });
    expect(answer.body.results.map(({ vin }: { vin: string }) => vin)).toEqual(
      items.slice(1).map(({ vin }) => vin),
    );
    const vins = items.map(({ vin }) => vin);
    expect((await post(`${START}/defleet`, { vins })).status).toBe(422);
    expect((await post(`${START}/defleet`, { vins: vins.slice(1) })).body.leaving).toBe(1_000);
  });

  test('asks nobody any more once it is clear that no worker answers', async () => {
    here.activations.failure = new VinError(
      'WORKER_MISSING',
      `No worker took the message for ${vinOf(0)}`,
      'x',
    );
    const vins = Array.from({ length: 200 }, (_, index) => vinOf(index));
    const answer = await post(`${START}/defleet`, { vins });
    expect(answer.body).toMatchObject({ leaving: 0, refused: 200 });
    expect(here.activations.asked.length).toBeLessThanOrEqual(16);
    expect(answer.body.results[199].problem).toMatchObject({ code: 'WORKER_MISSING', status: 503 });
    expect(answer.body.results[199].problem.detail).not.toContain(vinOf(0));
  });
});
