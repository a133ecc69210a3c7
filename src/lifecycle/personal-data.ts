/**
 * A person's own copy of everything that is held about them (GDPR 15 and 20): one object, shown on a page and downloaded as
 * JSON. No secrets and no keys; which field of the account is where, or why it is not, says account-fields.ts. The shape is
 * described in docs/self-service.md; whatever changes or takes away a field of it raises the version.
 */
import type { Account, Membership, Owed, VerifiedPerson } from '../accounts/account.ts';
import { mailboxProvedAt } from '../accounts/account-rules.ts';
import type { AuditRecord } from '../audit/audit-log.ts';
import { accountClientId } from '../config/own-clients.ts';
import type { Deps } from '../deps.ts';
import { openPerson } from '../identity/national-id.ts';
import type { AccountId, Instant } from '../ids.ts';
import { rosterFingerprints } from '../rosters/entry.ts';
import type { SentMail } from '../storage/outbox-port.ts';
import type { TermsEvidence } from '../storage/ports.ts';
import type { RosterEntry } from '../storage/roster-port.ts';
import type { SessionFacts } from '../storage/rows.ts';

export const personalDataVersion = 1;

type DataDeps = Pick<Deps, 'storage' | 'keyring' | 'clock'>;

/** More than the log of anybody holds within its days. */
const mostRecords = 10_000;
/** Who of the staff did it, and what they noted: theirs, not the account owner's. */
const ofStaff: ReadonlySet<string> = new Set(['by', 'askedBy', 'reason']);

const iso = (at: Instant | null): string | null => (at === null ? null : new Date(at).toISOString());
const membership = ({ name, givenAt }: Membership) => ({ name, givenAt: iso(givenAt) });
const rule = (owed: Owed | null) => owed && { rule: owed.rule, since: iso(owed.since) };

function accountPart(account: Account) {
  const { pendingAddress, deletion } = account;
  return {
    id: account.id,
    email: account.email,
    previousEmails: account.previousAddresses.map(({ email, replacedAt }) => ({ email, replacedAt: iso(replacedAt) })),
    pendingEmail: pendingAddress && { email: pendingAddress.email, dueAt: iso(pendingAddress.dueAt) },
    nickname: account.nickname,
    language: account.locale,
    languageChosen: account.localeChosen,
    createdAt: iso(account.createdAt),
    activatedAt: iso(account.activatedAt),
    importedFrom: account.importedFrom,
    roles: account.roles.map(membership),
    groups: account.groups.map(membership),
    adminRole: account.adminRole,
    greetedAt: iso(account.greetedAt),
    lastSignInAt: iso(account.lastSignInAt),
    mailboxProvedAt: iso(mailboxProvedAt(account)),
    owes: { identification: rule(account.owedIdentification), code: rule(account.owedCode) },
    foreignIdentificationToldAt: iso(account.mismatchMailedAt),
    relinkingAskedAt: iso(account.relinking?.askedAt ?? null),
    dormancyToldAt: iso(account.dormancyToldAt),
    barredAt: iso(account.barredAt),
    deletion: deletion && { askedAt: iso(deletion.askedAt), dueAt: iso(deletion.dueAt) },
  };
}

function identityPart({ keyring }: DataDeps, account: Account) {
  const { identity, sealedPerson, identifiedAt } = account;
  // A cast: only sealAccountPerson writes this field.
  const person = sealedPerson && (JSON.parse(openPerson(keyring, account, sealedPerson)) as VerifiedPerson);
  return {
    country: identity?.country ?? null,
    idType: identity?.idType ?? null,
    linkedAt: iso(identity?.linkedAt ?? null),
    identifiedAt: iso(identifiedAt),
    person: person || null,
  };
}

function accessParts({ password, passwordSetAt, mustChangePassword, factors, devices }: Account) {
  const { authenticator, passkeys, recoveryCodes, always } = factors;
  return {
    password: { set: password !== null, setAt: iso(passwordSetAt), mustChange: mustChangePassword },
    factors: {
      always,
      authenticatorAddedAt: iso(authenticator?.addedAt ?? null),
      passkeys: passkeys.map(({ name, backedUp, addedAt, lastUsedAt }) => ({
        name,
        synchronised: backedUp,
        addedAt: iso(addedAt),
        lastUsedAt: iso(lastUsedAt),
      })),
      recoveryCodes: recoveryCodes && { left: recoveryCodes.macs.length, madeAt: iso(recoveryCodes.madeAt) },
    },
    devices: devices.map(({ program, system, network, firstSeenAt, lastSeenAt }) => ({
      ...{ program, system, network },
      firstSeenAt: iso(firstSeenAt),
      lastSeenAt: iso(lastSeenAt),
    })),
  };
}

function termsPart({ terms }: Account, evidence: readonly TermsEvidence[]) {
  return {
    accepted: Object.entries(terms).map(([id, { version, acceptedAt }]) => ({
      ...{ terms: id, version },
      acceptedAt: iso(acceptedAt),
    })),
    evidence: evidence.map(({ accountId: _own, termsId, acceptedAt, clientId, ...shown }) => ({
      ...{ terms: termsId, service: clientId, ...shown },
      acceptedAt: iso(acceptedAt),
    })),
  };
}

function sessionPart({ startedAt, expiresAt, identified }: SessionFacts) {
  return {
    startedAt: iso(startedAt),
    endsAt: iso(expiresAt),
    identified: identified && { at: iso(identified.at), method: identified.method, level: identified.level },
  };
}

/** By the mail that went out whoever asks for an address could tell whether somebody has an account with it. */
const ofOthers: ReadonlySet<string> = new Set(['address.change-asked', 'mailbox.lost-asked']);

function activityPart({ at, event, clientId, details }: AuditRecord) {
  const shown = Object.entries(details).filter(([name]) => !ofStaff.has(name) && !ofOthers.has(event));
  return { at: iso(at), event, service: clientId, details: Object.fromEntries(shown) };
}

function mailPart({ message, locale, createdAt, settledAt, deadReason }: SentMail) {
  return { message, language: locale, createdAt: iso(createdAt), settledAt: iso(settledAt), notSent: deadReason };
}

function rosterPart({ roster, county, kind, validFrom, validTo }: RosterEntry) {
  return { roster, county, foundBy: kind, validFrom: iso(validFrom), validTo: iso(validTo) };
}

/** The entries of all lists that a person of this account is found by; what a county noted is the county's to tell. */
async function rosterEntries({ storage, clock }: DataDeps, account: Account): Promise<readonly RosterEntry[]> {
  const lists = await storage.rosters.counts(clock.now());
  const fingerprints = rosterFingerprints(account, []);
  const found = await Promise.all(lists.map((list) => storage.rosters.find(list, fingerprints)));
  return found.filter((entry) => entry !== null);
}

/** `sessions`: what was proved in the account's live ones. */
export async function personalData(deps: DataDeps, account: Account, sessions: readonly SessionFacts[]) {
  const { storage, clock } = deps;
  const [evidence, mails, records, rosters] = await Promise.all([
    storage.evidence.of(account.id),
    storage.outbox.ofAccount(account.id),
    storage.audit.list({ accountId: account.id, limit: mostRecords }),
    rosterEntries(deps, account),
  ]);
  return {
    version: personalDataVersion,
    madeAt: iso(clock.now()),
    account: accountPart(account),
    identity: identityPart(deps, account),
    ...accessParts(account),
    terms: termsPart(account, evidence),
    consents: Object.entries(account.consents).map(([service, { scopes, claims, leftOut = [], givenAt }]) => ({
      ...{ service, scopes, claims, leftOut },
      givenAt: iso(givenAt),
    })),
    sessions: sessions.map(sessionPart),
    activity: records.map(activityPart),
    // Those to an address that the account does not have are not told: there are none where it is somebody's.
    mails: mails.filter(({ message }) => message !== 'confirm-address').map(mailPart),
    rosters: rosters.map(rosterPart),
  };
}

export type PersonalData = Awaited<ReturnType<typeof personalData>>;

/** That somebody took the copy away. */
export async function recordDownload(
  { storage, clock }: Pick<DataDeps, 'storage' | 'clock'>,
  accountId: AccountId,
): Promise<void> {
  const common = { at: clock.now(), accountId, clientId: accountClientId, journeyId: null, details: {} } as const;
  await storage.audit.append({ ...common, event: 'data.downloaded' });
}
