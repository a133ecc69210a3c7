/** Where a journey came from, kept longer than the journey itself for the sake of its dead pages (decisions.md §2). */
import type { Context } from 'koa';
import { signInAddress } from '../clients/sign-in-address.ts';
import type { Client } from '../config/schema.ts';
import type { Deps } from '../deps.ts';
import type { WayOn } from '../errors.ts';
import type { Locale } from '../http/locale.ts';
import type { Pages } from '../http/pages.ts';
import { sha256Base64url } from '../secrets/sealing.ts';

type OriginDeps = Pick<Deps, 'storage' | 'clock' | 'config'>;

/** `id`: the interaction's uid or the broker visit's state; only its hash is stored. */
export async function rememberOrigin(deps: OriginDeps, id: string, client: Client, locale: Locale): Promise<void> {
  const expiresAt = deps.clock.now() + deps.config.lives.journeyClientSeconds * 1000;
  await deps.storage.origins.put(sha256Base64url(id), { clientId: client.id, locale }, expiresAt);
}

type StartAgainDeps = Pick<Deps, 'storage' | 'config'> & {
  readonly clients: ReadonlyMap<string, Client>;
  readonly pages: Pages;
};

/** "Start again" to the client a dead page belongs to; the page then also speaks its language. null = unknown. */
export async function startAgain(deps: StartAgainDeps, ctx: Context, id: string): Promise<WayOn | null> {
  const origin = await deps.storage.origins.get(sha256Base64url(id));
  const client = deps.clients.get(origin?.clientId ?? '');
  const href = signInAddress(client, deps.config.issuer);
  if (!origin || !client || href === null) return null;
  deps.pages.remember(ctx, { client, locale: origin.locale });
  return { href, text: { key: 'session.restart' } };
}
