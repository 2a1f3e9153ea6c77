import js from '@eslint/js';
import lit from 'eslint-plugin-lit';
import a11y from 'eslint-plugin-lit-a11y';
import ts from 'typescript-eslint';

/** Globals that exist in some runtimes only; the pure floors must not reach for them. */
const runtimeGlobals = [
  'window',
  'self',
  'document',
  'indexedDB',
  'fetch',
  'navigator',
  'localStorage',
];

export default ts.config(
  {
    ignores: [
      'dist/**',
      'node_modules/**',
      'data/**',
      'e2e/interop/node_modules/**',
      'playwright-report/**',
      'test-results/**',
    ],
  },
  js.configs.recommended,
  ts.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: { project: ['./tsconfig.*.json'], tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-empty': ['error', { allowEmptyCatch: false }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/require-await': 'off',
      'no-undef': 'off',
    },
  },
  {
    files: ['src/{lib,crypto,wire,protocol,relay/core}/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: { 'no-restricted-globals': ['error', ...runtimeGlobals, 'setTimeout', 'setInterval'] },
  },
  {
    files: ['src/ui/**/*.ts'],
    plugins: { lit, 'lit-a11y': a11y },
    rules: {
      ...lit.configs['flat/recommended'].rules,
      ...a11y.configs.recommended.rules,
      'lit/no-native-attributes': 'off',
      'no-restricted-imports': [
        'error',
        {
          paths: [
            {
              name: 'lit/directives/unsafe-html.js',
              message: 'Trusted Types let unsafeHTML through; never use it.',
            },
            { name: 'lit/directives/unsafe-svg.js', message: 'Never use it.' },
          ],
        },
      ],
    },
  },
  {
    files: ['**/*.test.ts', 'e2e/**/*.ts', 'bench/**/*.ts'],
    rules: {
      'no-console': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    extends: [ts.configs.disableTypeChecked],
    rules: { 'no-console': 'off' },
  },
);
