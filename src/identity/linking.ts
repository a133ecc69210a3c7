/**
 * The ceremony of linking: one identity code = one account, decided by the store's unique key.
 * Every proof (password, mailbox or code, identity, consent) lies in one journey record; nothing is linked without.
 */
import { type Account, type VerifiedPerson, withLinkedIdentity } from '../accounts/account.ts';
import { withWaitingPassword } from '../accounts/waiting-password.ts';
import type { Client } from '../config/schema.ts';
import type { Deps } from '../deps.ts';
import type { Locale } from '../http/locale.ts';
import type { Journey } from '../journey/journey.ts';
import { composeMail } from '../mail/messages.ts';
import type { Keyring } from '../secrets/sealing.ts';
import type { StrongIdentity } from '../upstream/strong-identity.ts';
import { sealForAccount } from './national-id.ts';

type LinkingDeps = Pick<Deps, 'storage' | 'keyring' | 'clock' | 'random'>;

/** What a journey keeps sealed of an identification. */
export type ProvedPerson = {
  readonly country: string;
  readonly idType: string;
  readonly code: string;
  readonly person: VerifiedPerson;
};

export function personOf(identity: StrongIdentity): VerifiedPerson {
  const { givenName, familyName, birthdate } = identity;
  const joined = [givenName, familyName].filter(Boolean).join(' ');
  return { name: joined || identity.name, givenName, familyName, birthdate };
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
  readonly locale: Locale;
};

/** Account, link, audit and mail in one transaction; `conflict` = the identity belongs to another account by now. */
export async function linkIdentity(deps: LinkingDeps, input: LinkingInput): Promise<'linked' | 'conflict'> {
  const { journey, client, locale } = input;
  const proof = journey.identity;
  if (proof === null) throw new Error('no identity was proved in this journey');
  const { country, idType, code, person } = provedPerson(deps.keyring, journey);
  const now = deps.clock.now();
  const waiting = { newPassword: journey.newPassword, client, locale, journeyId: journey.id };
  const result = await deps.storage.accounts.update(input.account.id, (account) => {
    if (account.identity !== null) return null;
    const sealedCode = sealForAccount(deps.keyring, account, 'identity-code', code);
    const identity = { country, idType, fingerprints: proof.fingerprints, sealedCode, linkedAt: now };
    const linked = withLinkedIdentity(account, identity, sealAccountPerson(deps.keyring, account, person), proof.at);
    const { id: accountId, email: to, emailFingerprint } = account;
    const mail = composeMail(deps, {
      message: 'linked',
      model: { at: now },
      to,
      emailFingerprint,
      accountId,
      client,
      locale,
    });
    const details = { method: proof.method, level: proof.level, evidence: proof.evidenceId };
    const audit = {
      at: now,
      event: 'link-eid.linked',
      accountId,
      clientId: client.id,
      journeyId: journey.id,
      details,
    } as const;
    return withWaitingPassword(deps, { account: linked, effects: { audit: [audit], mails: [mail] } }, waiting, now);
  });
  if (result.outcome === 'identity-taken') return 'conflict';
  if (result.outcome === 'updated' || result.outcome === 'unchanged') return 'linked';
  throw new Error(`linking ended in ${result.outcome}`);
}
