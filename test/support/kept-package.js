/**
 * Puts in the place of a package's file what this process has loaded of it already (`environment.js` hands it over): to
 * load such packages anew for each test file, as jest does, took more time than most tests.
 */
module.exports = {
  process: (_source, path) => ({
    code: `module.exports = globalThis[Symbol.for('kept')](${JSON.stringify(path)});`,
  }),
  getCacheKey: (_source, path) => `kept:${path}`,
};
