/** Pure logic and in-process tests run in parallel; journeys share one running environment and run one after another. */
const typescript = {
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: {
    '^.+\\.tsx?$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript', tsx: true }, transform: { react: { runtime: 'automatic' } }, target: 'es2023' },
        module: { type: 'es6' },
      },
    ],
  },
  moduleNameMapper: {
    '^@sealab/sdk$': '<rootDir>/sdk/src/index.ts',
    '^@sealab/sdk/(contract|secure)$': '<rootDir>/sdk/src/$1/index.ts',
  },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/extension/jupyterlab_sealab/', '<rootDir>/.sealab/', '<rootDir>/cdk.out/'],
  testEnvironment: 'node',
  rootDir: import.meta.dirname,
};

export default {
  // Beside another worker, and on a machine that does other things, a second is soon ten.
  testTimeout: 30_000,
  projects: [
    {
      ...typescript,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/**/*.test.ts?(x)'],
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/journeys/'],
    },
    {
      ...typescript,
      displayName: 'journeys',
      testMatch: ['<rootDir>/test/journeys/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/'],
      globalSetup: '<rootDir>/test/journeys/start-environment.mjs',
      globalTeardown: '<rootDir>/test/journeys/stop-environment.mjs',
    },
  ],
};
