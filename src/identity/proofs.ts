/**
 * What must lie in the journey's record, fresh, before anything is linked or an account is given an address. The ladder
 * has asked for all of it already; here it is looked at once more, at the very moment, so that no fault of a page, a
 * rung or a race can link without.
 */
import type { Config } from '../config/schema.ts';
import type { Deps } from '../deps.ts';
import type { AccountId, Instant } from '../ids.ts';
import type { Journey, LinkConsent } from '../journey/journey.ts';

/** The proof that is not there: `account` = the journey is another account's by now. */
export type MissingProof = 'account' | 'identity' | 'password' | 'mailbox' | 'consent';

export type Ceremony = {
  readonly to: LinkConsent['to'];
  readonly accountId: AccountId;
  /** When password or passkey was proved in the session this request may lean on; null = it may not lean on any. */
  readonly sessionPasswordAt: Instant | null;
};

const fresh = (at: Instant | null | undefined, now: Instant, seconds: number): boolean =>
  at != null && at <= now && now - at < seconds * 1000;

/** null = everything is there. */
export function missingProof(
  journey: Journey,
  { to, accountId, sessionPasswordAt }: Ceremony,
  { lives }: Pick<Config, 'lives'>,
  now: Instant,
): MissingProof | null {
  const { identity, passwordAt, factor, mailboxAt, mailboxSameBrowser, codeAt, linkConsent } = journey;
  const { identityProofSeconds, passwordProofSeconds, mailboxProofSeconds } = lives;
  if (journey.accountId !== accountId || now >= journey.expiresAt) return 'account';
  if (!fresh(identity?.at, now, identityProofSeconds)) return 'identity';
  // A passkey is as good; but an account that is kept takes the password over, so that one must have been typed.
  const passkeyAt = to === 'link' && factor?.method === 'hwk' ? factor.at : null;
  const password = [passwordAt, passkeyAt, sessionPasswordAt].some((at) => fresh(at, now, passwordProofSeconds));
  if (!password) return 'password';
  // A link opened in another browser proves nothing here: its owner may have forwarded it (decisions.md §1).
  const mailbox = [mailboxSameBrowser ? mailboxAt : null, codeAt];
  if (!mailbox.some((at) => fresh(at, now, mailboxProofSeconds))) return 'mailbox';
  const consented = linkConsent?.to === to && fresh(linkConsent.at, now, identityProofSeconds);
  return consented ? null : 'consent';
}

/** Puts the consent into the record and returns the record as it stands then, whoever wrote it last; null = it is gone. */
export async function recordConsent(
  { storage, clock }: Pick<Deps, 'storage' | 'clock'>,
  id: Journey['id'],
  accountId: AccountId,
  consent: Omit<LinkConsent, 'at'>,
): Promise<Journey | null> {
  const linkConsent = { ...consent, at: clock.now() };
  const stored = await storage.journeys.update(id, (journey) =>
    journey.accountId === accountId ? { value: { ...journey, linkConsent } } : null,
  );
  return stored?.value ?? null;
}
