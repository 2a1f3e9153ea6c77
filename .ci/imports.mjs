// Runs the import table; fails also when the checker saw no modules, because then it checked nothing.
import { cruise } from 'dependency-cruiser';
import { createRequire } from 'node:module';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';

const { forbidden, options } = createRequire(import.meta.url)('../dependency-cruiser.config.cjs');
const result = await cruise(
  ['src'],
  { ...options, validate: true, ruleSet: { forbidden }, outputType: 'json' },
  undefined,
  {
    tsConfig: extractTSConfig('tsconfig.json'),
  },
);
const { summary, modules } = JSON.parse(result.output);
const own = modules.filter((module) => module.source.startsWith('src/')).length;
for (const violation of summary.violations) {
  console.log(`${violation.rule.name}: ${violation.from} → ${violation.to}`);
}
if (own === 0) {
  console.log('The import check saw 0 modules, so it proves nothing. Is TypeScript 6 installed?');
  process.exit(1);
}
console.log(`imports: ${own} modules, ${summary.violations.length} violations`);
process.exit(summary.violations.length > 0 ? 1 : 0);
