import { randomInt } from 'node:crypto';
import { readTemporalConfig } from '../../src/temporal/connection';
import type { EmbeddedServer } from '../../src/trial/temporal-server/server';
import { SEARCH_ATTRIBUTES } from '../../workflows/contract/search-attributes';
import { ownServer } from '../support/own-server';
import { quietWorkers } from '../workflows/harness';
import { type CampaignReport, runCampaign } from './campaign';

/** The short form, in each run of the tests; `npm run campaign` sets others (run.mjs). */
const {
  CAMPAIGN_VEHICLES: vehicles = '40',
  CAMPAIGN_SECONDS: seconds = '20',
  CAMPAIGN_REPLACEMENTS: replacements = '5',
  CAMPAIGN_SEED: seed = String(randomInt(2 ** 31)),
} = process.env;

/** So many events, and the server wants a fresh run; by default it is 4,096. */
const SUGGESTED_AT = 60;

describe(`a campaign of troubles for ${vehicles} vehicles`, () => {
  let server: EmbeddedServer;
  let report: CampaignReport;

  beforeAll(async () => {
    quietWorkers();
    process.stderr.write(`campaign: npm run campaign -- --vehicles ${vehicles} --seed ${seed}\n`);
    server = await ownServer({
      searchAttributes: SEARCH_ATTRIBUTES,
      dynamicConfig: { 'limit.historyCount.suggestContinueAsNew': SUGGESTED_AT },
    });
    report = await runCampaign({
      temporal: readTemporalConfig({ TEMPORAL_ADDRESS: server.address }),
      vehicles: Number(vehicles),
      seconds: Number(seconds),
      replacements: Number(replacements),
      seed: Number(seed),
    });
    process.stderr.write(`${JSON.stringify(report.figures, null, 2)}\n`);
  }, 3_600_000);
  afterAll(() => server?.stop());

  it('leaves histories that replay, each in the order in which it was carried out', () => {
    expect(report.histories).toEqual([]);
  });

  it('leaves no access that should have ended, no second clearance, and nobody forgotten', () => {
    expect(report.breaches).toEqual([]);
  });

  it('comes to rest', () => {
    expect(report.restless).toEqual([]);
    expect(report.surprises).toEqual([]);
  });
});
