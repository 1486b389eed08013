const { AsyncLocalStorage } = require('node:async_hooks');
const vm = require('node:vm');
const { LegacyFakeTimers, ModernFakeTimers } = require('@jest/fake-timers');
const { ModuleMocker } = require('jest-mock');
const { installCommonGlobals } = require('jest-util');

const enabled = new Set();
const enable = AsyncLocalStorage.prototype._enable;
// Up to Node 22; what newer ones do instead costs nothing.
if (enable) {
  AsyncLocalStorage.prototype._enable = function () {
    enabled.add(this);
    return enable.call(this);
  };
}

/** Stands for the process's own context, which jest knows no name of. */
const OWN = vm.createContext();
const { compileFunction } = vm;
vm.compileFunction = (code, parameters, options) =>
  compileFunction(code, parameters, {
    ...options,
    ...(options?.parsingContext === OWN && { parsingContext: undefined }),
  });

const WORKER = require.resolve('@temporalio/worker');
const { console: ownConsole, process: ownProcess } = globalThis;

/**
 * Test files run in the process's own context, one after the other, and not each in a new one: so packages are loaded once
 * (`runtime.js`), and their errors are of the same classes as ours. Each file has a `process` of its own, with its variables.
 * Afterwards mocks and timers are undone, and the stores of its asynchronous context are switched off: jest makes one for
 * each file, as Temporal's SDK does, and every promise would pay for those of all files before it.
 */
module.exports = class {
  constructor({ projectConfig: config }) {
    const global = globalThis;
    this.global = global;
    this.moduleMocker = new ModuleMocker(global);
    const timerConfig = { idToRef: (id) => id, refToId: (timer) => timer };
    this.fakeTimers = new LegacyFakeTimers({ config, global, moduleMocker: this.moduleMocker, timerConfig });
    this.fakeTimersModern = new ModernFakeTimers({ config, global });
    const made = { Symbol, Date };
    installCommonGlobals(made, {});
    global.process = made.process;
    for (const name of Reflect.ownKeys(made)) global[name] ??= made[name];
  }

  async setup() {}

  async teardown() {
    // Of Temporal's SDK, where the file has loaded it: the next one sets it up for itself.
    await require.cache[WORKER]?.exports.Runtime?._instance?.shutdown().catch(() => undefined);
    this.moduleMocker.restoreAllMocks();
    this.fakeTimers.dispose();
    this.fakeTimersModern.dispose();
    Object.assign(globalThis, { console: ownConsole, process: ownProcess });
    for (const storage of enabled) storage.disable();
    enabled.clear();
    // What jest has kept of the file: its tests, and who hears of them.
    for (const name of Object.getOwnPropertySymbols(globalThis))
      if (/^(JEST_STATE_SYMBOL|EVENT_HANDLERS)$/.test(name.description ?? '')) delete globalThis[name];
  }

  exportConditions() {
    return ['node', 'node-addons'];
  }

  getVmContext() {
    return OWN;
  }
};
