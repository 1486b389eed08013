import type { Config } from 'jest';

const shared = {
  testEnvironment: 'node',
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022' } }] },
} as const satisfies Config;

const config: Config = {
  testTimeout: 30_000,
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
    },
  ],
};

export default config;
