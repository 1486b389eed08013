// The built command, with one provider more: node test/toy-provider/vin.cjs list
require('../../bench/register.cjs');
const Module = require('node:module');
const { join, sep } = require('node:path');

const ROOT = join(__dirname, '../..');
const SOURCES = join(ROOT, 'src') + sep;
const resolve = Module._resolveFilename;

// What the provider imports of the product has to be the product that runs: the built one.
Module._resolveFilename = (...args) => {
  const file = resolve(...args);
  return file.startsWith(SOURCES)
    ? join(ROOT, 'lib/src', file.slice(SOURCES.length)).replace(/\.ts$/, '.js')
    : file;
};

const { run } = require('../../src/cli/vin');
const { PROVIDERS } = require('../../src/providers/registry');
const { nutshell } = require('./profile');

void run(process.argv, { providers: [...PROVIDERS, nutshell] });
