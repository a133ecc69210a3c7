/** What is remembered of a request that is refused, from where that happens to where it is told. */
import type { Random } from '../deps.ts';
import type { AccountId } from '../ids.ts';

/** An OAuth error as it was answered, and what the answer does not tell. */
export type Refusal = { readonly error: string; readonly description: string; readonly detail: string };

// What Koa keeps a request's own things in.
type Remembering = { readonly state: { reference?: unknown; refusals?: unknown; whose?: unknown } };

/** The id by which the log tells what became of the request; one a request, made when first asked for. */
export function referenceOf({ state }: Remembering, random: Pick<Random, 'bytes'>): string {
  if (typeof state.reference === 'string') return state.reference;
  const reference = random.bytes(6).toString('hex');
  state.reference = reference;
  return reference;
}

/** Null where nothing has asked for one. */
export function knownReferenceOf({ state }: Remembering): string | null {
  return typeof state.reference === 'string' ? state.reference : null;
}

/** Whose request it is, as far as it is known: what an error page's reference leads to. */
export type Whose = {
  readonly journeyId: string | null;
  readonly accountId: AccountId | null;
  readonly clientId: string | null;
};

export function rememberWhose({ state }: Remembering, { journeyId, accountId, clientId }: Whose): void {
  state.whose = { journeyId, accountId, clientId } satisfies Whose;
}

export function whoseRequest({ state }: Remembering): Whose {
  // A cast: only the function above writes there.
  return (state.whose as Whose | undefined) ?? { journeyId: null, accountId: null, clientId: null };
}

export function rememberRefusal(ctx: Remembering, refusal: Refusal): void {
  ctx.state.refusals = [...refusalsOf(ctx), refusal];
}

export function refusalsOf({ state }: Remembering): readonly Refusal[] {
  // A cast: only the function above writes there.
  return (state.refusals ?? []) as readonly Refusal[];
}
