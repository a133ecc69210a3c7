/**
 * Mails that an address asks for: activation and reset. Whatever the address is (new, pending, imported, known,
 * unknown), the person gets the same answer and the server does the same work: one link row, one mail row.
 */
import { signInAddress } from '../clients/sign-in-address.ts';
import type { Client } from '../config/schema.ts';
import type { Deps } from '../deps.ts';
import type { Locale } from '../http/locale.ts';
import type { BrowserHash, ClientId, JourneyId } from '../ids.ts';
import { composeMail, type Letter } from '../mail/messages.ts';
import { mailWait, type Wait } from '../secrets/limits.ts';
import { issueLink } from '../secrets/one-time.ts';
import type { LinkPurpose, RequestedLink } from '../storage/rows.ts';
import { trailOfAddress } from '../timeline/trail.ts';
import type { Account } from './account.ts';
import { type EmailAddress, emailFingerprint } from './email-address.ts';

type MailDeps = Pick<Deps, 'config' | 'storage' | 'keyring' | 'clock' | 'random'>;

export type MailRequest = {
  readonly address: EmailAddress;
  readonly client: Client;
  readonly locale: Locale;
  /** null = staff has asked in the person's place, and no journey waits for it. */
  readonly browser: BrowserHash | null;
  readonly network: string;
  readonly journeyId: JourneyId | null;
  readonly interactionUid: string | null;
  /** Of the staff or a machine, and why. */
  readonly order?: { readonly actor: string; readonly by: string; readonly reason: string };
};

/** A link nobody will get: stands where an address has no use for one, so that the work is the same. */
const nobody = 'decoy' as const;

export function linkHref(issuer: string, purpose: LinkPurpose, token: string): string {
  return new URL(`/links/${purpose}?token=${token}`, issuer).href;
}

/** Where a mail leads somebody who should sign in: the client's own way, else the list of services. */
export function signInHref(issuer: string, client: Parameters<typeof signInAddress>[0]): string {
  return signInAddress(client, issuer) ?? new URL('/', issuer).href;
}

async function sendWithLink(
  deps: MailDeps,
  request: MailRequest,
  purpose: RequestedLink,
  account: Account | null,
  useful: boolean,
) {
  const { address, client, locale, browser, journeyId, interactionUid } = request;
  const fingerprint = emailFingerprint(deps.keyring, address);
  const { token, validUntil } = await issueLink(deps, {
    purpose,
    // A decoy must not outdate a real link of this address.
    emailFingerprint: useful
      ? fingerprint
      : emailFingerprint(deps.keyring, { canonical: `${nobody}|${address.canonical}` }),
    email: address.typed,
    accountId: account?.id ?? null,
    clientId: client.id as ClientId,
    locale,
    journeyId,
    interactionUid,
    browser,
  });
  const to = {
    to: account?.email ?? address.typed,
    emailFingerprint: fingerprint,
    accountId: account?.id ?? null,
    client,
    locale,
  };
  const letter = letterOf(deps, purpose, useful, linkHref(deps.config.issuer, purpose, token), validUntil, client);
  const mail = composeMail(deps, { ...to, ...letter });
  const event = purpose === 'activate' ? 'sign-up.requested' : 'password.reset-requested';
  const { actor = null, by = null, reason = null } = request.order ?? {};
  const details = { mail: mail.message, ...(by !== null && { by, reason }) };
  const about = { accountId: account?.id ?? null, clientId: client.id, journeyId } as const;
  await deps.storage.outbox.add([mail], [{ at: deps.clock.now(), event, ...about, actor, details }]);
}

function letterOf(
  deps: MailDeps,
  purpose: RequestedLink,
  useful: boolean,
  href: string,
  validUntil: number,
  client: Client,
) {
  const start = signInHref(deps.config.issuer, client);
  if (useful)
    return { message: purpose, model: { href, validUntil }, expiresAt: validUntil } as Pick<
      Letter,
      'message' | 'model' | 'expiresAt'
    >;
  const message = purpose === 'activate' ? 'exists' : 'no-account';
  return { message, model: { signInHref: start } } as Pick<Letter, 'message' | 'model'>;
}

/** Returns how long to wait where a limit is reached: then no mail is sent, for whatever address. */
export async function requestMail(deps: MailDeps, purpose: RequestedLink, request: MailRequest): Promise<Wait> {
  const fingerprint = emailFingerprint(deps.keyring, request.address);
  const wait = await mailWait(deps, purpose, fingerprint, request.network);
  if (wait !== null) return wait;
  const account = await deps.storage.accounts.byEmail(fingerprint);
  // Only activated accounts are told that they exist; an imported one is activated by this very mail.
  const useful = purpose === 'activate' ? account?.activatedAt == null : account !== null;
  await trailOfAddress(deps, fingerprint, request.journeyId);
  await sendWithLink(deps, request, purpose, account, useful);
  return null;
}
