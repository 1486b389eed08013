const Sequencer = require('@jest/test-sequencer').default;

/** The longest first, so that none is left alone at the end: a fresh clone knows only how large the files are. */
const FIRST = [
  'test/simulation/bugs.test.ts',
  'test/campaign/campaign.server.test.ts',
  'test/temporal/worker.server.test.ts',
  'test/simulation/lives.test.ts',
  'test/simulation/sample.server.test.ts',
  'test/temporal/budgets.server.test.ts',
  'test/temporal/batches.server.test.ts',
];

module.exports = class extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => {
      const place = FIRST.findIndex((file) => path.endsWith(file));
      return place < 0 ? FIRST.length : place;
    };
    return super.sort(tests).toSorted((a, b) => rank(a) - rank(b));
  }
};
