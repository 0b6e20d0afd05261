import tseslint from 'typescript-eslint';

/** What each folder may import: DESIGN's one-way rule (contract ← sdk ← service/functions/local; infra ← contract). */
const onlyFrom = (files, forbidden) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns: forbidden }] },
});

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/lib/**',
      '**/node_modules/**',
      '**/*.js',
      '**/*.mjs',
      'cdk.out/**',
      '.sealab/**',
      'extension/jupyterlab_sealab/**',
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-misused-promises': 'error',
    },
  },
  onlyFrom(
    ['sdk/src/contract/**'],
    [{ regex: '^\\.\\./(?!control|environment|errors|path)', message: 'The contract imports nobody.' }, '@sealab/*', '@smithy/*'],
  ),
  onlyFrom(['sdk/**'], ['@sealab/local', '@sealab/infra', '@sealab/service', 'aws-cdk-lib']),
  onlyFrom(['infra/**'], [{ regex: '^@sealab/(?!sdk/contract$)', message: 'infra imports the contract alone.' }]),
  onlyFrom(['extension/service/**'], ['@sealab/local', '@sealab/infra']),
  onlyFrom(['extension/panel/**'], ['@sealab/sdk', '@sealab/local', '@sealab/infra', '@aws-sdk/*']),
);
