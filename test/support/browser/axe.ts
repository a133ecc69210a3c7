/** Accessibility of a page as a browser sees it: axe-core at WCAG 2.2 AA and best practice. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

// Half the size of what the package exports: it goes to the browser for every page.
const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Throws with rule, place and reason of everything axe finds in the page as it stands. Needs JavaScript on. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(source);
  // Where a rule passes it is not told in full where: half of the time went there.
  const options = { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] };
  const run = `axe.run(document, ${JSON.stringify(options)})`;
  const results = (await page.evaluate(run)) as AxeResults;
  if (results.passes.length === 0) throw new Error(`axe looked at nothing on ${page.url()}`);
  if (results.violations.length === 0) return;
  throw new Error(`axe on ${page.url()}:\n${results.violations.map(describeViolation).join('\n')}`);
}

function describeViolation(violation: AxeResults['violations'][number]): string {
  const places = violation.nodes.map(
    (node) => `    ${node.target.join(' ')}\n      ${node.failureSummary ?? node.html}`,
  );
  return `  ${violation.id} (${violation.impact ?? 'unknown'}): ${violation.help}\n${places.join('\n')}`;
}
