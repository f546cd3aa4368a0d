import tseslint from 'typescript-eslint';

// A short, explicit list: what strict compilation does not see.
export default tseslint.config(
  { ignores: ['dist/'] },
  {
    files: ['**/*.ts', '**/*.mts'],
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    plugins: { ts: tseslint.plugin },
    rules: {
      eqeqeq: 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
      ],
      'prefer-const': 'error',
      'ts/await-thenable': 'error',
      'ts/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      'ts/explicit-module-boundary-types': 'error',
      'ts/no-explicit-any': 'error',
      'ts/no-floating-promises': ['error', { allowForKnownSafeCalls: [{ from: 'package', name: 'test', package: 'node:test' }] }],
      'ts/no-misused-promises': 'error',
      'ts/no-non-null-assertion': 'error',
      'ts/no-unnecessary-condition': 'error',
      'ts/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'ts/prefer-readonly': 'error',
      'ts/switch-exhaustiveness-check': 'error',
    },
  },
  {
    // Handwritten files only: one idea a file, functions that fit on a screen.
    files: ['src/**/*.ts', 'test/**/*.ts', 'example/**/*.ts'],
    ignores: ['src/protocol.gen.ts'],
    rules: {
      'max-len': ['error', { code: 110, ignoreStrings: true, ignoreTemplateLiterals: true }],
      'max-lines': ['error', 400],
      'max-lines-per-function': ['error', 80],
    },
  },
);
