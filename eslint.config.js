/**
 * The rules of this repository as far as a linter can see them; packages/tidy holds the others.
 * A message says what to do instead: who meets it should not have to ask.
 */
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import { BANNED_SYNTAX } from './eslint.syntax.js';

const TESTS = ['**/*.{test,fixture}.ts', '**/test/**', '**/e2e/**', 'packages/testkit/**'];
const ENTRY_POINTS = [
  '**/src/main.ts',
  '**/src/cli/main.ts',
  'ops/local/{main.ts,start.mjs,test.mjs,dashboard.mjs,with-tools.mjs}',
];
const TOOL_CONFIGS = ['**/*.config.{js,ts}'];

const CLOCK = 'take a Clock (@dashboard/runtime/clock): tests move it, nobody waits';
const BANNED_GLOBALS = ['setTimeout', 'setInterval', 'setImmediate'].map((name) => ({
  name,
  message: CLOCK,
}));
const DATE_NOW = { object: 'Date', property: 'now', message: `${CLOCK} for it` };
const PROCESS_ENV = {
  object: 'process',
  property: 'env',
  message: 'main.ts parses the environment once; take the config that it hands on',
};

const ALWAYS = {
  paths: [
    ...['child_process', 'node:child_process'].map((name) => ({
      name,
      importNames: ['exec', 'execSync'],
      message: 'a shell would read the text: execFile or spawn with argv',
    })),
    ...['node:timers', 'node:timers/promises'].map((name) => ({ name, message: CLOCK })),
  ],
  patterns: [
    {
      regex: '(^|/)apps/|^@dashboard/(gateway|worker|web)(/|$)|(\\.\\./)+(gateway|worker|web)/src',
      message:
        'apps never import each other: they meet on a socket, with packages/protocol between',
    },
  ],
};
const SQLITE = {
  name: 'better-sqlite3',
  message: 'open databases with @dashboard/runtime/sqlite: it sets WAL, FULL and migrates',
};
const STARTS_NOTHING = [
  'child_process',
  'node:child_process',
  'node:worker_threads',
  'cluster',
  'node:cluster',
  'node-pty',
].map((name) => ({ name, message: 'the gateway starts nothing: ask the worker for it' }));

/** @param {{ paths?: object[], patterns?: object[] }} [more] */
function bannedImports({ paths = [], patterns = [] } = {}) {
  const options = {
    paths: [...ALWAYS.paths, ...paths],
    patterns: [...ALWAYS.patterns, ...patterns],
  };
  return { 'no-restricted-imports': ['error', options] };
}

const SIZES = {
  'max-lines': ['error', { max: 300 }],
  'max-lines-per-function': ['error', { max: 60 }],
  'max-params': ['error', { max: 3 }],
  complexity: ['error', { max: 12 }],
  'max-depth': ['error', { max: 3 }],
};

const TASTE = {
  '@typescript-eslint/consistent-type-imports': 'error',
  '@typescript-eslint/switch-exhaustiveness-check': [
    'error',
    { considerDefaultExhaustiveForUnions: true },
  ],
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
  '@typescript-eslint/restrict-template-expressions': [
    'error',
    { allowNumber: true, allow: ['URL', 'URLSearchParams'] },
  ],
  // "() => void f()" says that nobody looks at the result, whatever f gives.
  '@typescript-eslint/no-meaningless-void-operator': 'off',
  // "return this.resync();" is how a guard reads that has something left to do.
  '@typescript-eslint/no-confusing-void-expression': 'off',
  // It takes a field for unchanged across a call or an await, which is when fields change.
  '@typescript-eslint/no-unnecessary-condition': 'off',
  // Interfaces here are records of functions; a class's own method fails at its first #field.
  '@typescript-eslint/unbound-method': 'off',
  // Half of the time that linting took, for sockets and emitters taken for fakes of themselves.
  '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
  // There are no enums: tsconfig's erasableSyntaxOnly.
  '@typescript-eslint/no-unsafe-enum-assignment': 'off',
  // Bracket access says "this comes from outside": tsconfig demands it for index signatures.
  '@typescript-eslint/dot-notation': 'off',
  '@typescript-eslint/no-empty-function': 'off',
  // An interface may demand a promise of something that has nothing to wait for.
  '@typescript-eslint/require-await': 'off',
  '@typescript-eslint/no-invalid-void-type': 'off',
  // parse<SessionId>(text) names the brand that a parser gives: used once, and the point of it.
  '@typescript-eslint/no-unnecessary-type-parameters': 'off',
  eqeqeq: 'error',
  'no-console': 'error',
  'no-var': 'error',
  'prefer-const': 'error',
  'no-restricted-globals': ['error', ...BANNED_GLOBALS],
  'no-restricted-properties': ['error', DATE_NOW, PROCESS_ENV],
  'no-restricted-syntax': [
    'error',
    ...BANNED_SYNTAX,
    {
      selector: 'ExportDefaultDeclaration',
      message: 'export it by its name, so that one search finds every use',
    },
  ],
};

export default ts.config(
  {
    ignores: [
      '**/node_modules/',
      '**/build/',
      '**/.svelte-kit/',
      '.tools/',
      '**/test-results/',
      '**/playwright-report/',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  ...ts.configs.strictTypeChecked,
  ...ts.configs.stylisticTypeChecked,
  ...svelte.configs.recommended,
  {
    languageOptions: {
      globals: globals.node,
      parserOptions: {
        projectService: { allowDefaultProject: ['*.js', '*.ts'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: { ...SIZES, ...TASTE, ...bannedImports({ paths: [SQLITE] }) },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { globals: globals.browser, parserOptions: { parser: ts.parser } },
  },
  {
    // svelte-check knows the types of a component; here each would cost a program of its own.
    files: ['**/*.svelte'],
    ...withoutTypes({ parser: ts.parser }),
  },
  {
    files: ['apps/web/src/**'],
    languageOptions: { globals: globals.browser },
    rules: {
      // A component's props may be destructured into `let` and never written: that is how runes read.
      'prefer-const': 'off',
      'svelte/prefer-const': ['error', { excludedRunes: ['$props', '$derived'] }],
      // A static page under one origin: links are checked by the browser tests.
      'svelte/no-navigation-without-resolve': 'off',
    },
  },
  runsAnywhere({ name: 'protocol', mayUse: ['typebox'] }),
  runsAnywhere({ name: 'xterm' }),
  {
    files: ['apps/gateway/**'],
    ignores: TESTS,
    rules: bannedImports({ paths: [SQLITE, ...STARTS_NOTHING] }),
  },
  {
    files: ['apps/worker/src/session/**'],
    ignores: TESTS,
    rules: bannedImports({
      patterns: [
        {
          regex: '^(node:|\\.\\./(tmux|pty|screen|socket|store|agent|project)(/|$))',
          message: 'session/ knows bytes and time only: say in ports.ts what it needs',
        },
      ],
    }),
  },
  {
    files: ['packages/runtime/src/{sqlite,sqlite-beside,sqlite-copy,sqlite-judge}.ts'],
    rules: bannedImports(),
  },
  {
    files: TESTS,
    rules: {
      // A describe block is a function of many tests.
      'max-lines-per-function': 'off',
      // What a reply holds is what the test is about to find out.
      ...Object.fromEntries(
        ['assignment', 'argument', 'call', 'member-access', 'return'].map((what) => [
          `@typescript-eslint/no-unsafe-${what}`,
          'off',
        ]),
      ),
      ...bannedImports(),
      'no-restricted-properties': ['error', DATE_NOW],
    },
  },
  {
    files: [
      'packages/runtime/src/clock.ts',
      // Waits for what another process does, with a deadline.
      'packages/testkit/src/until.ts',
      // Run before anything is installed that a Clock could come from.
      'ops/local/*.mjs',
    ],
    rules: {
      'no-restricted-globals': 'off',
      'no-restricted-imports': 'off',
      'no-restricted-properties': ['error', PROCESS_ENV],
    },
  },
  {
    files: ENTRY_POINTS,
    rules: { 'no-console': 'off', 'no-restricted-properties': ['error', DATE_NOW] },
  },
  {
    // Their tsconfigs have Node's types, those beside them have none: that is what keeps I/O out.
    files: [
      'packages/{protocol,xterm}/**/*.test.ts',
      'packages/{protocol,xterm}/*.ts',
      'packages/xterm/test/**',
    ],
    languageOptions: {
      parserOptions: {
        projectService: false,
        project: ['packages/protocol/tsconfig.test.json', 'packages/xterm/tsconfig.test.json'],
      },
    },
  },
  {
    // Programs that tests, the benchmark and containers run: in no tsconfig, because nothing imports them.
    files: ['packages/{bench,testkit}/programs/**', 'docker/*.mjs'],
    ...withoutTypes(),
    rules: { ...withoutTypes().rules, 'no-console': 'off', 'no-restricted-imports': 'off' },
  },
  {
    files: TOOL_CONFIGS,
    ...withoutTypes(),
    rules: {
      ...withoutTypes().rules,
      'no-restricted-syntax': 'off',
      'no-restricted-properties': 'off',
      ...bannedImports(),
    },
  },
);

/** @param {{ name: string, mayUse?: string[] }} only */
function runsAnywhere({ name, mayUse = [] }) {
  const allowed = ['\\.', ...mayUse.map((each) => `${each}($|/)`)];
  const message = `packages/${name} does no I/O and runs in browsers and in Node alike`;
  const io = ['process', 'Buffer', 'window', 'document', 'fetch', 'WebSocket'];
  const globals = io.map((global) => ({ name: global, message }));
  return {
    files: [`packages/${name}/src/**`],
    ignores: TESTS,
    rules: {
      ...bannedImports({ patterns: [{ regex: `^(?!${allowed.join('|')})`, message }] }),
      'no-restricted-globals': ['error', ...BANNED_GLOBALS, ...globals],
    },
  };
}

/** @param {object} [parserOptions] */
function withoutTypes(parserOptions = {}) {
  const { rules } = ts.configs.disableTypeChecked;
  return {
    rules: { ...rules, '@typescript-eslint/switch-exhaustiveness-check': 'off' },
    languageOptions: { parserOptions: { ...parserOptions, projectService: false, program: null } },
  };
}
