/**
 * The ceremony of linking: one identity code = one account, decided by the store's unique key. Every proof (password,
 * mailbox or code, identity, consent) lies in one journey record; nothing is linked without.
 *
 * In this folder besides: hetu.ts and national-id.ts (the code and how it is kept), proofs.ts and consent-text.ts (what
 * linking demands), mismatch.ts (somebody else was identified), keep-account.ts (the identity belongs to another account,
 * which is given the new address), relinking.ts (support unlinks, with four eyes).
 */
import type { Account, DeviceLook, VerifiedPerson } from '../accounts/account.ts';
import { sameIdentity, withLinkedIdentity } from '../accounts/account-rules.ts';
import { withWaitingPassword } from '../accounts/waiting-password.ts';
import type { AuditRecord } from '../audit/audit-log.ts';
import type { Client } from '../config/schema.ts';
import type { Deps } from '../deps.ts';
import type { Fingerprint, Instant } from '../ids.ts';
import type { IdentityProof, Journey } from '../journey/journey.ts';
import { composeNotice } from '../notices/notice.ts';
import type { Keyring } from '../secrets/sealing.ts';
import type { Change } from '../storage/ports.ts';
import type { StrongIdentity } from '../upstream/strong-identity.ts';
import { isCurrentText, type ShownText } from './consent-text.ts';
import { identityFingerprints, sealForAccount } from './national-id.ts';
import { type MissingProof, missingProof, recordConsent } from './proofs.ts';

type LinkingDeps = Pick<Deps, 'config' | 'storage' | 'keyring' | 'clock' | 'random' | 'texts'>;

/** What a journey keeps sealed of an identification. */
export type ProvedPerson = {
  readonly country: string;
  readonly idType: string;
  readonly code: string;
  readonly person: VerifiedPerson;
};

export function personOf(identity: StrongIdentity): VerifiedPerson {
  const { givenName, familyName, birthdate } = identity;
  // Some banks state only the whole name, or the whole and one part: one part alone is nobody's name.
  const joined = givenName && familyName ? `${givenName} ${familyName}` : null;
  return { name: joined ?? identity.name ?? givenName ?? familyName, givenName, familyName, birthdate };
}

export function sealPerson(keyring: Keyring, journeyId: string, identity: StrongIdentity): string {
  const { country, idType, idValue: code } = identity;
  const proved: ProvedPerson = { country, idType, code, person: personOf(identity) };
  return keyring.seal(JSON.stringify(proved), journeyId, 'journey');
}

/** Who was identified in this journey. Throws where nobody was: a fault of ours. */
export function provedPerson(keyring: Keyring, journey: Journey): ProvedPerson {
  if (journey.identity === null) throw new Error('no identity was proved in this journey');
  // A cast: only sealPerson writes what this purpose and journey open.
  return JSON.parse(keyring.open(journey.identity.sealed, journey.id, 'journey')) as ProvedPerson;
}

export function sealAccountPerson(keyring: Keyring, account: Account, person: VerifiedPerson): string {
  return sealForAccount(keyring, account, 'person', JSON.stringify(person));
}

export type LinkingInput = {
  readonly journey: Journey;
  readonly account: Account;
  readonly client: Client;
  /** The browser in front of us, for the notice. */
  readonly where: DeviceLook;
  readonly sessionPasswordAt: Instant | null;
  /** The words the person said yes to, as the form brought them back. */
  readonly shown: ShownText;
};

export type LinkingOutcome =
  | { readonly outcome: 'linked' }
  /** The identity belongs to another account by now. */
  | { readonly outcome: 'conflict' }
  /** The account has another identity by now. */
  | { readonly outcome: 'mismatch' }
  | { readonly outcome: 'missing'; readonly proof: MissingProof };

/** Account, link, audit and mail in one transaction, after every proof of the journey's record was looked at once more. */
export async function linkIdentity(deps: LinkingDeps, input: LinkingInput): Promise<LinkingOutcome> {
  const { account, sessionPasswordAt, shown } = input;
  if (!isCurrentText(deps.texts, 'link', shown)) return { outcome: 'missing', proof: 'consent' };
  const journey = await recordConsent(deps, input.journey.id, account.id, { to: 'link', ...shown });
  if (journey === null) return { outcome: 'missing', proof: 'account' };
  const ceremony = { to: 'link', accountId: account.id, sessionPasswordAt } as const;
  const proof = missingProof(journey, ceremony, deps.config, deps.clock.now());
  if (proof !== null) return { outcome: 'missing', proof };
  const proved = provedIdentity(deps.keyring, journey);
  if (proved === null) return { outcome: 'missing', proof: 'identity' };
  const result = await deps.storage.accounts.update(account.id, (current) =>
    linked(deps, current, { ...input, journey }, proved),
  );
  if (result.outcome === 'identity-taken') return { outcome: 'conflict' };
  if (result.outcome !== 'updated' && result.outcome !== 'unchanged')
    throw new Error(`linking ended in ${result.outcome}`);
  const has = result.account.identity;
  if (has === null) return { outcome: 'missing', proof: 'account' };
  return { outcome: sameIdentity(has.fingerprints, proved.fingerprints) ? 'linked' : 'mismatch' };
}

type ProvedIdentity = ProvedPerson & { readonly proof: IdentityProof; readonly fingerprints: readonly Fingerprint[] };

/** The identity as it is sealed for this journey and no other; null where its fingerprints tell of somebody else. */
function provedIdentity(keyring: Keyring, journey: Journey): ProvedIdentity | null {
  const { identity: proof } = journey;
  if (proof === null) return null;
  const proved = provedPerson(keyring, journey);
  // Made anew: the index keys may have changed since the callback.
  const fingerprints = identityFingerprints(keyring, { ...proved, idValue: proved.code });
  return sameIdentity(fingerprints, proof.fingerprints) ? { ...proved, proof, fingerprints } : null;
}

function roleTaken({ id: accountId, adminRole: from }: Account, at: Instant): readonly AuditRecord[] {
  if (from === null) return [];
  const details = { from, to: null, by: 'linking' };
  return [{ at, event: 'admin-role.changed', accountId, clientId: null, journeyId: null, details }];
}

function linked(deps: LinkingDeps, account: Account, input: LinkingInput, proved: ProvedIdentity): Change | null {
  if (account.identity !== null || account.barredAt !== null) return null;
  const { journey, client, shown } = input;
  const { country, idType, code, person, proof, fingerprints } = proved;
  const at = deps.clock.now();
  const sealedCode = sealForAccount(deps.keyring, account, 'identity-code', code);
  const identity = { country, idType, fingerprints, sealedCode, linkedAt: at };
  const sealedPerson = sealAccountPerson(deps.keyring, account, person);
  const mail = composeNotice(deps, { message: 'linked', account, client, model: { at, where: input.where } });
  const { method, level, evidenceId: evidence } = proof;
  const details = { method, level, evidence, consent: shown.textHash, consentLocale: shown.locale };
  const audit = {
    at,
    event: 'link-eid.linked',
    accountId: account.id,
    clientId: client.id,
    journeyId: journey.id,
    details,
  } as const;
  const change: Change = {
    // A role was given to the person who was linked before: who links now is given theirs anew (admin/staff/).
    account: { ...withLinkedIdentity(account, identity, sealedPerson, proof.at), adminRole: null },
    effects: { audit: [audit, ...roleTaken(account, at)], mails: [mail] },
  };
  return withWaitingPassword(
    deps,
    change,
    { newPassword: journey.newPassword, client, journeyId: journey.id, where: input.where },
    at,
  );
}
