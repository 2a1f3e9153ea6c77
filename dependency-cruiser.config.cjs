// Who may import whom: the table of ARCHITECTURE.md, as rules a machine checks. Types count as imports.
const table = {
  lib: { may: [] },
  crypto: { may: ['lib'] },
  wire: { may: ['crypto', 'lib'] },
  protocol: { may: ['crypto', 'wire', 'lib'] },
  vault: { may: ['crypto', 'wire', 'lib'] },
  backup: { may: ['crypto', 'lib'] },
  storage: { may: ['lib'], types: ['protocol'] },
  net: { may: ['wire', 'lib'] },
  engine: {
    may: ['protocol', 'vault/client', 'backup', 'storage', 'net', 'crypto', 'wire', 'lib'],
    // What the engine asks of the workers that a tab lends it.
    types: ['workers/media-file/job.ts', 'workers/backup-file/job.ts'],
  },
  workers: { may: ['vault/client', 'backup', 'crypto', 'lib'] },
  capture: { may: ['lib'] },
  calls: { may: ['capture', 'lib'], types: ['engine/api.ts'] },
  ui: { may: ['calls', 'capture', 'lib'], types: ['engine/api.ts'] },
  'service-worker': {
    may: ['crypto', 'wire', 'lib', 'engine/host/push'],
    types: ['engine/api.ts'],
  },
  relay: { may: ['vault/server', 'crypto', 'wire', 'lib'] },
};

/** Packages that one folder owns; nobody else may import them. */
const owned = {
  '^node_modules/thumbhash/': '^src/(capture|ui)/',
  '^node_modules/@noble/': '^src/crypto/',
  '^node_modules/idb/': '^src/storage/',
  '^node_modules/(lit|lit-html|lit-element|@lit|@tanstack|qr)/': '^src/ui/',
  '^node_modules/(ws|libsql)/': '^src/relay/hosts/',
  '^node_modules/simple-peer/': '^src/calls/peer',
};

const escape = (text) => text.replace(/[.]/g, '\\.');
const under = (names) =>
  names.map((name) => `^src/${escape(name)}${name.endsWith('.ts') ? '$' : '(/|\\.ts$)'}`);
const tests = '(\\.test\\.ts|\\.bench\\.ts|/testing/.*)$';

const rows = Object.entries(table).map(([folder, { may, types = [] }]) => ({
  name: `${folder}-imports`,
  severity: 'error',
  from: {
    path: `^src/${folder}/`,
    pathNot: [tests, ...(folder === 'engine' ? ['^src/engine/host/connect(/|\\.ts$)'] : [])],
  },
  to: {
    path: '^src/',
    pathNot: [...under([folder, ...may])],
    ...(types.length ? {} : {}),
  },
  ...(types.length ? { types } : {}),
}));

const forbidden = [
  { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
  {
    name: 'no-unresolvable',
    severity: 'error',
    from: {},
    to: { couldNotResolve: true, pathNot: '^virtual:' },
  },
  ...rows.flatMap(({ types, ...row }) => {
    if (!types) return [row];
    return [
      { ...row, to: { ...row.to, pathNot: [...row.to.pathNot, ...under(types)] } },
      {
        ...row,
        name: `${row.name}-types-only`,
        to: { path: under(types), dependencyTypesNot: ['type-only'] },
      },
    ];
  }),
  ...Object.entries(owned).map(([packagePath, owner]) => ({
    name: `owner-of-${packagePath.replace(/[^a-z@-]/g, '')}`,
    severity: 'error',
    from: { path: '^src/', pathNot: [owner, tests] },
    to: { path: packagePath },
  })),
  {
    name: 'server-packages-in-hosts-only',
    severity: 'error',
    from: { path: '^src/', pathNot: ['^src/relay/hosts/', tests] },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'main-imports',
    severity: 'error',
    from: { path: '^src/main\\.ts$' },
    to: { path: '^src/', pathNot: under(['ui', 'engine/host/connect', 'engine/api.ts', 'lib']) },
  },
  {
    name: 'only-connect-starts-hosts-and-workers',
    severity: 'error',
    from: { path: '^src/', pathNot: ['^src/engine/host/', '^src/workers/', tests] },
    to: { path: '^src/(workers/(?!.*job\\.ts)|engine/host/(?!connect|push))' },
  },
  {
    name: 'outside-the-engine-only-its-api',
    severity: 'error',
    from: { path: '^src/(ui|calls|capture)/', pathNot: [tests] },
    to: { path: '^src/engine/(?!api\\.ts)' },
  },
  {
    name: 'sha1-is-for-turn-alone',
    severity: 'error',
    from: { path: '^src/', pathNot: ['^src/relay/core/turn\\.ts$', tests] },
    to: { path: '^src/crypto/hmac-sha1\\.ts$' },
  },
  {
    name: 'relay-cannot-read-messages',
    severity: 'error',
    from: { path: '^src/relay/' },
    to: { path: '^src/(protocol|backup|engine)/' },
  },
];

module.exports = {
  forbidden,
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs'],
    },
  },
};
