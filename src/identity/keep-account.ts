/**
 * The identity belongs to another account, and the person wants to keep that one under the address just proved
 * (journey.md §4). The account kept takes address and password of the one born in this journey, which is no more; its
 * `sub` stays, so that no client loses anybody; whoever was signed in to it is out. Its old mailbox can undo it.
 */
import type { Account } from '../accounts/account.ts';
import { sameIdentity, withIdentification, withPassword } from '../accounts/account-rules.ts';
import { maskEmail } from '../accounts/email-address.ts';
import { mayChangeAddress, withNewAddress } from '../accounts/previous-addresses.ts';
import { linkHref } from '../accounts/request-mail.ts';
import { storeUndoLink } from '../accounts/undo-link.ts';
import type { Client } from '../config/schema.ts';
import type { Deps } from '../deps.ts';
import type { Locale } from '../http/locale.ts';
import type { AccountId, BrowserHash, Instant } from '../ids.ts';
import type { Journey } from '../journey/journey.ts';
import { composeMail } from '../mail/messages.ts';
import type { IssuedLink } from '../secrets/one-time.ts';
import type { Change } from '../storage/ports.ts';
import { isCurrentText, type ShownText } from './consent-text.ts';
import { provedPerson, sealAccountPerson } from './linking.ts';
import { type MissingProof, missingProof, recordConsent } from './proofs.ts';

type KeepDeps = Pick<Deps, 'config' | 'storage' | 'keyring' | 'clock' | 'random' | 'texts'> & {
  /** Ends all sessions, grants and tokens of an account and tells its clients. */
  readonly endSessionsOf: (id: AccountId) => Promise<void>;
};

/** Made in this journey and no client has seen it: nobody can miss it. */
function isHalfMade(account: Account, journeyId: Journey['id']): boolean {
  const { bornIn, importedFrom, barredAt, password, identity, devices, greetedAt, terms, consents, roles, groups } =
    account;
  const untouched = identity === null && devices.length === 0 && greetedAt === null;
  const agreedToNothing = Object.keys(terms).length === 0 && Object.keys(consents).length === 0;
  const ordinary = importedFrom === null && barredAt === null && password !== null;
  const namedNowhere = roles.length === 0 && groups.length === 0;
  return bornIn === journeyId && untouched && agreedToNothing && ordinary && namedNowhere;
}

/** Whether `kept` may be given the address of `born` in this journey. Asked for the page, and again at the moment itself. */
export function mayTakeAddress(kept: Account, born: Account, journeyId: Journey['id'], now: Instant): boolean {
  const keepable = kept.id !== born.id && kept.identity !== null && kept.barredAt === null;
  return keepable && isHalfMade(born, journeyId) && mayChangeAddress(kept, now);
}

export type KeepInput = {
  readonly journey: Journey;
  readonly born: Account;
  readonly kept: Account;
  readonly client: Client;
  readonly locale: Locale;
  readonly browser: BrowserHash;
  readonly shown: ShownText;
};

export type KeepOutcome =
  | { readonly outcome: 'kept' }
  /** One of the two accounts is not what the page showed any more. */
  | { readonly outcome: 'changed' }
  | { readonly outcome: 'missing'; readonly proof: MissingProof };

export async function keepAccount(deps: KeepDeps, input: KeepInput): Promise<KeepOutcome> {
  const { born, kept, shown } = input;
  if (!isCurrentText(deps.texts, 'keep', shown)) return { outcome: 'missing', proof: 'consent' };
  const journey = await recordConsent(deps, input.journey.id, born.id, { to: 'keep', ...shown });
  if (journey === null) return { outcome: 'missing', proof: 'account' };
  // No session counts here: the password becomes the kept account's, so it must have been typed in this very journey.
  const ceremony = { to: 'keep', accountId: born.id, sessionPasswordAt: null } as const;
  const proof = missingProof(journey, ceremony, deps.config, deps.clock.now());
  if (proof !== null) return { outcome: 'missing', proof };
  // Before as well as after: should we be killed in between, no old session outlives the change.
  await deps.endSessionsOf(kept.id);
  const undo = await storeUndo(deps, input);
  const result = await deps.storage.accounts.absorb(kept.id, born.id, (keptNow, bornNow) =>
    absorbed(deps, { ...input, journey, kept: keptNow, born: bornNow }, undo),
  );
  if (result.outcome !== 'updated') {
    await deps.storage.links.delete(undo.tokenHash);
    return { outcome: 'changed' };
  }
  await deps.endSessionsOf(kept.id);
  return { outcome: 'kept' };
}

/** The row before the mail that has its token (decisions.md §7). */
function storeUndo(deps: KeepDeps, { kept, client, journey, browser }: KeepInput): Promise<IssuedLink> {
  const { id: accountId, email, emailFingerprint, locale } = kept;
  return storeUndoLink(deps, {
    email,
    emailFingerprint,
    accountId,
    clientId: client.id,
    locale,
    journeyId: journey.id,
    interactionUid: null,
    browser,
  });
}

/** Pure; null where one of the accounts has changed since the page was shown. */
function absorbed(deps: KeepDeps, input: KeepInput, undo: IssuedLink): Change | null {
  const { journey, kept, born, client, shown } = input;
  const { identity: proof, linkAnswer } = journey;
  const now = deps.clock.now();
  const asShown = linkAnswer?.kind === 'keep' && linkAnswer.shownAddress === kept.emailFingerprint;
  const owns = proof !== null && kept.identity !== null && sameIdentity(kept.identity.fingerprints, proof.fingerprints);
  if (!asShown || !owns || born.password === null || !mayTakeAddress(kept, born, journey.id, now)) return null;
  const person = sealAccountPerson(deps.keyring, kept, provedPerson(deps.keyring, journey).person);
  const { tokenHash: undoTokenHash, validUntil: undoUntil } = undo;
  const moved = withNewAddress(withPassword(kept, born.password, now), born, { undoTokenHash, undoUntil }, now);
  const account = { ...withIdentification(moved, person, proof.at), devices: [] };
  const common = { at: now, event: 'account.absorbed', clientId: client.id, journeyId: journey.id } as const;
  const { method, level, evidenceId: evidence } = proof;
  const details = { absorbed: born.id, method, level, evidence, consent: shown.textHash, consentLocale: shown.locale };
  const audit = [
    { ...common, accountId: kept.id, details },
    { ...common, accountId: born.id, details: { into: kept.id } },
  ];
  return { account, effects: { audit, mails: lettersOf(deps, input, undo, now) } };
}

function lettersOf(deps: KeepDeps, { kept, born, client, locale }: KeepInput, undo: IssuedLink, at: Instant) {
  const common = { accountId: kept.id, client } as const;
  const href = linkHref(deps.config.issuer, 'undo-address', undo.token);
  const toOld = composeMail(deps, {
    ...common,
    message: 'undo-address',
    model: { maskedEmail: maskEmail(born.email), href, validUntil: undo.validUntil },
    to: kept.email,
    emailFingerprint: kept.emailFingerprint,
    locale: kept.locale,
    // As long as it is of any use.
    expiresAt: undo.validUntil,
  });
  const toNew = composeMail(deps, {
    ...common,
    message: 'new-address',
    model: { at, password: 'new' },
    to: born.email,
    emailFingerprint: born.emailFingerprint,
    locale,
  });
  return [toOld, toNew];
}
