/** What docs/self-service.md says of the pages below /account is so. */
import { expect, test } from '@jest/globals';
import { accountPages } from '../../src/self-service/routes.ts';
import { testAccount, testIdentity } from '../support/storage.ts';
import { coded, table } from './pages.ts';

const words = { false: 'no', true: 'yes', identified: 'identified' } as const;

/** Of an account that could do everything. */
const freshnessOf = ({ fresh }: (typeof accountPages)[number]) =>
  words[`${typeof fresh === 'function' ? fresh(testAccount({ identity: testIdentity() })) : fresh}`];

test('the table names every page, and the proof that each asks for', () => {
  const rows = table('docs/self-service.md', 'page').map(([page = '', , fresh]) => [coded(page)[0], fresh]);
  expect(rows.sort()).toEqual(accountPages.map((page) => [page.path, freshnessOf(page)]).sort());
});
