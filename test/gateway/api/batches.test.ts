import { VinError } from '../../../src/base/errors';
import { replyWith } from './activations-double';
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
    expect((await post(`${START}/defleet`, { vins: vins.slice(1) })).body.taken).toBe(1_000);
  });

  test('is sent as a whole where no worker takes messages, and waits for none of them as long as for the first', async () => {
    here.activations.reply = replyWith('queued');
    const vins = Array.from({ length: 200 }, (_, index) => vinOf(index));
    const answer = await post(`${START}/defleet`, { vins });
    expect([answer.status, answer.body.queued, answer.body.refused]).toEqual([202, 200, 0]);
    const patience = here.activations.asked.map(({ given }) => (given[2] as { patience: number }).patience);
    expect(patience[0]).toBe(10_000);
    expect(patience.at(-1)).toBeLessThan(1_000);
  });

  test('says of an item that may be carried out or not that it is not known, and not that it was refused', async () => {
    here.activations.failure = new VinError(
      'MESSAGE_NOT_KNOWN',
      'not known',
      'Ask again with the same id, x.',
    );
    const { body } = await post(`${START}/defleet`, { vins: [vinOf(0)] });
    expect(body).toMatchObject({ taken: 0, queued: 0, refused: 0, notKnown: 1 });
    expect(body.results[0]).toMatchObject({ outcome: 'not-known', problem: { status: 503 } });
  });

  test('gives each of its messages the id and the time of the batch', async () => {
    const notAfter = new Date(Date.now() + 60_000).toISOString();
    await post(`${START}/defleet`, { vins: [vinOf(0), vinOf(1)], id: 'return-1', notAfter, reason: 'sold' });
    expect(here.activations.asked.map(({ given }) => given[1])).toEqual(
      Array(2).fill({ by: expect.any(String), id: 'return-1', notAfter, reason: 'sold' }),
    );
  });
});
