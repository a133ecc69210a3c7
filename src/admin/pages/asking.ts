/** How a page asks for an operation, and what it makes of a refusal. */
import type { z } from 'zod';
import { RequestRefused } from '../../errors.ts';
import type { TextKey } from '../../http/views.ts';
import type { AdminOperation } from '../operation.ts';
import { type AdminInput, perform } from '../perform.ts';
import { AdminRefused } from '../refusal.ts';
import { type AdminOutcome, notForThisRole, type PageContext, wrong } from './admin-page.ts';

type Answer<One extends AdminOperation> = { readonly output: z.output<One['output']>; readonly version?: string };

const gone = { title: 'admin.gone-title', body: 'admin.gone-body' } as const;

/** The page of what is not there, or not any more. */
export const nothingHere = (status: 400 | 404 = 404, cause = 'admin-not-found'): RequestRefused =>
  new RequestRefused(status, cause, gone, { href: '/admin', text: { key: 'admin.title' } });

/** What a page shows. @throws RequestRefused 403 and 404 */
export async function ask<One extends AdminOperation>(
  { deps, actor }: PageContext,
  one: One,
  input: AdminInput = {},
): Promise<Answer<One>> {
  try {
    return await perform(deps, one, actor, input);
  } catch (error) {
    if (!(error instanceof AdminRefused)) throw error;
    if (error.code === 'forbidden') throw notForThisRole('other-admin-role');
    if (error.code === 'not-found' || error.code === 'invalid') throw nothingHere();
    throw error;
  }
}

/** What a form does: its answer, or what is wrong with it for the person to mend; `conflict` says why it cannot be done now. */
export async function attempt<One extends AdminOperation>(
  { deps, actor }: PageContext,
  one: One,
  input: AdminInput,
  conflict: TextKey = 'admin.conflict',
): Promise<{ readonly done: Answer<One> } | { readonly outcome: AdminOutcome }> {
  try {
    return { done: await perform(deps, one, actor, input) };
  } catch (error) {
    if (!(error instanceof AdminRefused)) throw error;
    return { outcome: outcomeOf(error, conflict) };
  }
}

function outcomeOf(refused: AdminRefused, conflict: TextKey): AdminOutcome {
  if (refused.code === 'forbidden') throw notForThisRole('other-admin-role');
  if (refused.code === 'stale' || refused.code === 'version-required') {
    return wrong(null, { key: 'admin.changed-meanwhile' });
  }
  if (refused.faults.some(({ at }) => at === '/body/reason')) return wrong('reason', { key: 'admin.reason-wrong' });
  if (refused.faults.some(({ at }) => at === '/body/address')) return wrong('who', { key: 'error.email-invalid' });
  if (refused.code === 'conflict') return wrong(null, { key: conflict });
  throw refused.code === 'not-found' ? nothingHere() : nothingHere(400, `admin-${refused.code}`);
}
