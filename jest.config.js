const { availableParallelism } = require('node:os');

const typescript = { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022' } }] };

const shared = {
  testEnvironment: '<rootDir>/test/support/environment.js',
  transform: typescript,
  runtime: '<rootDir>/test/support/runtime.js',
};

/** @type {import('jest').Config} */
module.exports = {
  testSequencer: '<rootDir>/test/support/sequencer.js',
  // In processes of their own, never in jest's: a test that fails and leaves a worker running must not keep jest from
  // ending. Three also on a small machine: tests with servers mostly wait.
  maxWorkers: Math.max(3, availableParallelism() - 1),
  // Far more than any test takes, and more than two waits of its own: a busy machine is no failure, and what was waited
  // for is said.
  testTimeout: 900_000,
  // Of tests that say so: those that start commands and wait for their end.
  maxConcurrency: 8,
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '\\.server\\.test\\.ts$'],
    },
    {
      ...shared,
      displayName: 'server',
      testMatch: ['<rootDir>/test/**/*.server.test.ts'],
      globalSetup: '<rootDir>/test/support/start-servers.ts',
      globalTeardown: '<rootDir>/test/support/stop-servers.ts',
    },
  ],
};
