const Module = require('node:module');
const Runtime = require('jest-runtime').default;

/** Prepares jest for one test file, and is made to be loaded for each. */
const PER_FILE = require.resolve('jest-circus/runner').replace(/runner\.js$/, 'jestAdapterInit.js');

/** One protobufjs for all of the SDK, as in jest.protobuf.js. */
const messages = require.resolve('@temporalio/proto');
const resolve = Module._resolveFilename;
Module._resolveFilename = (request, parent, isMain, options) =>
  resolve(request, parent, isMain, /^protobufjs($|\/)/.test(request) ? { paths: [messages] } : options);

/**
 * Loads packages, and jest's own parts, once for all test files of a process, as node does: to load them anew for each
 * file, as jest does, took more time than most tests. Our own modules are loaded for each file.
 */
module.exports = class extends Runtime {
  requireModule(from, name, ...more) {
    const isPackage = name !== undefined && /^[^./]/.test(name) && !Module.isBuiltin(name);
    return isPackage ? Module.createRequire(from)(name) : super.requireModule(from, name, ...more);
  }

  requireInternalModule(from, name) {
    if (from === PER_FILE) delete require.cache[PER_FILE];
    return name === undefined ? require(from) : Module.createRequire(from)(name);
  }
};
