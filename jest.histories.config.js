/** `npm run histories` records lives on a real server into test/histories; docs/testing.md says when. */
/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022' } }] },
  moduleNameMapper: require('./jest.protobuf'),
  testMatch: ['<rootDir>/test/histories/record.ts'],
};
