import { temporaryFolder } from '../../src/base/temporary-folder';
import { readTemporalConfig } from '../../src/temporal/connection';
import { type EmbeddedServer, startEmbeddedServer } from '../../src/trial/temporal-server/server';
import { SEARCH_ATTRIBUTES } from '../../workflows/contract/search-attributes';
import { quietWorkers } from '../workflows/harness';
import { nextSerial } from './files';
import { HOUSE } from './house';
import { LEAVING_LIVES } from './leaving-lives';
import { nameOf } from './life';
import { NOTICES_LIFE } from './notices';
import { Recorder } from './recorder';
import { STAYING_LIVES } from './staying-lives';

const ALL = [...STAYING_LIVES, ...LEAVING_LIVES];
/** `NEW=1 npm run histories` records each life once more, by the rules of today. */
const scripts = process.env['NEW'] ? ALL : ALL.filter((script) => nextSerial(nameOf(script)) === 1);

// Run by `npm run histories` alone: it writes files, and is no test of anything but that the lives go as told.
describe('the recorder of histories', () => {
  let server: EmbeddedServer;
  let recorder: Recorder;

  beforeAll(async () => {
    quietWorkers();
    server = await startEmbeddedServer({
      searchAttributes: SEARCH_ATTRIBUTES,
      // Fresh runs after a few events, so that their histories are small.
      dynamicConfig: { 'limit.historyCount.suggestContinueAsNew': 120 },
    });
    recorder = await Recorder.connect(readTemporalConfig({ TEMPORAL_ADDRESS: server.address }));
  }, 300_000);
  afterAll(async () => {
    await recorder?.close();
    await server?.stop();
  }, 60_000);

  it(`records ${scripts.length} lives`, async () => {
    const { written, known } = await recorder.record(scripts);
    process.stdout.write(`${written.length} runs recorded\n`);
    for (const life of known) process.stdout.write(`${life} is like another life, and was not kept\n`);
    expect(written.length + known.length).toBeGreaterThanOrEqual(scripts.length);
  }, 600_000);

  const isHouseKnown = HOUSE.every((type) => nextSerial(`house-${type}`) > 1) && !process.env['NEW'];
  (isHouseKnown ? it.skip : it)(
    'records the workflows of the house',
    async () => {
      const folder = temporaryFolder('vin-certificates-');
      try {
        const written = await recorder.recordHouse(folder.path);
        process.stdout.write(`${written.length} runs of the house recorded\n`);
        for (const type of HOUSE) expect(nextSerial(`house-${type}`)).toBeGreaterThan(1);
      } finally {
        folder.remove();
      }
    },
    600_000,
  );

  const isKnown = nextSerial(NOTICES_LIFE) > 1 && !process.env['NEW'];
  (isKnown ? it.skip : it)(
    'records the life of notices',
    async () => {
      const written = await recorder.recordNotices();
      expect(written.length).toBeGreaterThanOrEqual(2);
    },
    600_000,
  );
});
