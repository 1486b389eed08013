import { VIEWS } from '../../src/activations/ui-links';
import { runVin } from './scripted-vin';

const VIN = 'WBA8E9G50GNT00001';
const queryIn = (link: string) => new URL(link).searchParams.get('query');

afterEach(() => {
  delete process.env['VIN_TEMPORAL_UI'];
});

async function linksOf(...args: string[]): Promise<{ name: string; link: string }[]> {
  return JSON.parse((await runVin(['ui', ...args, '-o', 'json'])).stdout).links;
}

describe('vin ui', () => {
  test('prints a link for each view, and asks nobody', async () => {
    const { stdout, methods } = await runVin(['ui']);
    for (const { about } of Object.values(VIEWS))
      expect(stdout).toContain(`${about}\n  http://127.0.0.1:8233/`);
    expect(methods).toEqual([]);
  });

  test('prints the link of a filter, read as vin list reads it', async () => {
    const [link] = await linksOf('--owner', 'driver', '--brand', 'VW');
    expect(queryIn(link?.link ?? '')).toMatch(
      /Brand = 'volkswagen'.*ActionOwner = 'driver'|ActionOwner = 'driver'.*Brand = 'volkswagen'/,
    );
  });

  test('prints the link of a vehicle, at the UI that is set', async () => {
    process.env['VIN_TEMPORAL_UI'] = 'https://temporal.example.com';
    expect(await linksOf(VIN)).toEqual([
      expect.objectContaining({
        link: `https://temporal.example.com/namespaces/default/workflows/activation%3Ahigh-mobility%3Adefault%3A${VIN}`,
      }),
    ]);
  });
});
