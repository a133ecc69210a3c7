import type { Context } from 'koa';
import type { Interactions } from './interactions.ts';
import type { Journey } from './journey.ts';

/**
 * A password that was chosen in this journey is the account's now: whoever was signed in by the one before it is out, but
 * for this very browser (security R32).
 */
export async function endOthersAfterChange(
  { interactions }: { readonly interactions: Pick<Interactions, 'endOtherSessions'> },
  ctx: Context,
  before: Journey,
  { accountId, passwordStoredAt }: Journey,
): Promise<void> {
  if (accountId === null || passwordStoredAt === null || passwordStoredAt === before.passwordStoredAt) return;
  await interactions.endOtherSessions(ctx, accountId);
}
