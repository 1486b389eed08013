const { AsyncLocalStorage } = require('node:async_hooks');
const NodeEnvironment = require('jest-environment-node').default;

const enabled = new Set();
const enable = AsyncLocalStorage.prototype._enable;
// Up to Node 22; what newer ones do instead costs nothing.
if (enable) {
  AsyncLocalStorage.prototype._enable = function () {
    enabled.add(this);
    return enable.call(this);
  };
}

/**
 * Node's, and after each file the stores of its asynchronous context are switched off. jest makes one for each file,
 * as Temporal's SDK does, and nobody else ends them: every promise would pay for those of all files before it.
 */
module.exports = class extends NodeEnvironment {
  async setup() {
    await super.setup();
    // Of kept-package.js.
    this.global[Symbol.for('kept')] = require;
  }

  async teardown() {
    await super.teardown();
    for (const storage of enabled) storage.disable();
    enabled.clear();
  }
};
