// One Jest for everything: units, contracts, flows and the browser. bin/test.mjs starts it with the flags ESM needs.
// Avain itself always runs as a child process in tests: nothing that imports oidc-provider is loaded inside Jest's
// sandbox, where foreign-realm objects break it.
/** @type {import('jest').Config} */
export default {
  rootDir: import.meta.dirname,
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleFileExtensions: ['ts', 'mjs', 'js', 'cjs', 'json', 'node'],
  transform: { '\\.ts$': '<rootDir>/test/support/transform.mjs' },
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  // A browser step on a busy machine may take long; a hang must still end.
  testTimeout: 60_000,
  maxWorkers: 2,
  injectGlobals: false,
  watchman: false,
  // Packages of other people's programs.
  modulePathIgnorePatterns: ['<rootDir>/test/clients/npm/'],
  collectCoverageFrom: ['src/**/*.ts'],
  coverageProvider: 'v8',
};
