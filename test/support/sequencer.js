const Sequencer = require('@jest/test-sequencer').default;

/** The longest first, so that none is left alone at the end: a fresh clone knows only how large the files are. */
const FIRST = [
  'test/temporal/worker.server.test.ts',
  'test/browser/fleet-page.server.test.ts',
  'test/temporal/batches.server.test.ts',
  'test/temporal/budgets.server.test.ts',
  'test/parkings/parking.server.test.ts',
  'test/defleetings/defleeting.server.test.ts',
  'test/campaign/campaign.server.test.ts',
  'test/campaign/lost-worker.server.test.ts',
  'test/activations/sending.server.test.ts',
  'test/simulation/lives.test.ts',
  'test/gateway/api/activations.server.test.ts',
  'test/workflows/activation/activation.server.test.ts',
  'test/cli/groups.server.test.ts',
  'test/gateway/webhooks/shuffled.server.test.ts',
  'test/toy-provider/toy.server.test.ts',
];

/** A replay has the SDK called for each promise of its process, to the end of it: what runs after it there takes twice as long. */
const LAST = ['test/workflows/activation/replay.test.ts'];

module.exports = class extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => {
      if (LAST.some((file) => path.endsWith(file))) return FIRST.length + 1;
      const place = FIRST.findIndex((file) => path.endsWith(file));
      return place < 0 ? FIRST.length : place;
    };
    return super.sort(tests).toSorted((a, b) => rank(a) - rank(b));
  }
};
