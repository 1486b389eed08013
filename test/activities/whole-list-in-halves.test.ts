import { type Calls, createCalls } from '../../activities/calls';
import { ProviderError } from '../../src/providers/provider-error';
import { ProviderDouble } from '../support/provider-double';
import { vehicle, vin } from './support';

/** A list that cannot be narrowed is the same for one vehicle as for a thousand: half of the questions get the same answer. */
it.each([
  ['read', (calls: Calls, one: number, by: number) => calls.read(vin(one), by)],
  ['submitted', (calls: Calls, one: number, by: number) => calls.submit(vehicle(vin(one)), by)],
])(
  'a list that is read as a whole, and is refused, is not asked for again for each vehicle that is %s',
  async (_, ask) => {
    const provider = new ProviderDouble();
    let lists = 0;
    provider.list = async () => {
      lists += 1;
      throw new ProviderError('PROVIDER_BAD_REPLY', 'answered 413', 'Wait.', { status: 413 });
    };
    const calls = createCalls(provider, undefined, { size: 100, window: 10 }, false);
    const later = Date.now() + 5_000;
    const asked = Array.from({ length: 64 }, (_, one) => ask(calls, one, later).catch(() => 'failed'));
    expect(new Set(await Promise.all(asked))).toEqual(new Set(['failed']));
    expect(lists).toBeLessThanOrEqual(2);
  },
);
