/** Storage for tests: the embedded back end in memory, with a clock that stands still until it is told. */
import { randomBytes } from 'node:crypto';
import type { Account, LinkedIdentity } from '../../src/accounts/account.ts';
import type { AuditRecord } from '../../src/audit/audit-log.ts';
import type { Clock } from '../../src/deps.ts';
import { noFactors } from '../../src/factors/factors.ts';
import type { AccountId, ClientId, Fingerprint, RosterEntryId } from '../../src/ids.ts';
import type { OutboxMail } from '../../src/mail/outbox.ts';
import type { RosterEntry } from '../../src/storage/roster-port.ts';
import type { SigningKeySet } from '../../src/storage/signing-key-port.ts';
import { openSqliteStorage, type SqliteStorage } from '../../src/storage/sqlite/open.ts';

export type TestClock = Clock & { advance(ms: number): void };

/** Starts at a fixed instant unless told otherwise. */
export function testClock(start = Date.UTC(2026, 10, 22, 12)): TestClock {
  let now = start;
  return {
    now: () => now,
    advance(ms) {
      now += ms;
    },
  };
}

/** In memory; close it when done, or let the process end. */
export function openTestStorage(clock: Clock = testClock()): Promise<SqliteStorage> {
  return openSqliteStorage({ directory: ':memory:', clock });
}

export function testFingerprint(name: string = randomBytes(16).toString('base64url')): Fingerprint {
  // Tests need no key: any string that is unique serves as a fingerprint.
  return name as Fingerprint;
}

/** A linked identity of its own for each name. */
export function testIdentity(...names: readonly string[]): LinkedIdentity {
  const fingerprints = names.length === 0 ? [testFingerprint()] : names.map((name) => testFingerprint(name));
  return { country: 'FI', idType: 'hetu', fingerprints, sealedCode: 'sealed', linkedAt: 1_000 };
}

/** An activated account without identity, unique in every key; `overrides` make it what a test needs. */
export function testAccount(overrides: Partial<Account> = {}): Account {
  const id = (overrides.id ?? `account-${randomBytes(8).toString('hex')}`) as AccountId;
  return {
    id,
    version: 1,
    createdAt: 1_000,
    email: `${id}@oma.example`,
    emailFingerprint: testFingerprint(`mail of ${id}`),
    activatedAt: 1_000,
    locale: 'fi',
    localeChosen: false,
    nickname: null,
    password: { format: 'argon2id', hash: 'no real hash' },
    passwordSetAt: 1_000,
    mustChangePassword: false,
    barredAt: null,
    importedFrom: null,
    bornIn: null,
    previousAddresses: [],
    relinking: null,
    pendingAddress: null,
    deletion: null,
    dataKey: 'no real key',
    identity: null,
    sealedPerson: null,
    identifiedAt: null,
    codeProvedAt: null,
    owedIdentification: null,
    owedCode: null,
    terms: {},
    consents: {},
    roles: [],
    groups: [],
    adminRole: null,
    greetedAt: null,
    devices: [],
    lastSignInAt: null,
    dormancyToldAt: null,
    factors: noFactors,
    mismatchMailedAt: null,
    ...overrides,
  };
}

/** Somebody of a county, listed from the beginning of time and until further notice. */
export function testRosterEntry(overrides: Partial<RosterEntry> = {}): RosterEntry {
  return {
    id: `entry-${randomBytes(8).toString('hex')}` as RosterEntryId,
    roster: 'edustajat',
    county: '01',
    source: 'county',
    kind: 'identity',
    fingerprints: [testFingerprint()],
    sealedValue: 'no real seal',
    sealedNote: null,
    validFrom: 0,
    validTo: null,
    addedBy: null,
    addedAt: 1_000,
    version: 1,
    ...overrides,
  };
}

export function testAudit(overrides: Partial<AuditRecord> = {}): AuditRecord {
  return {
    at: 1_000,
    event: 'account.created',
    accountId: null,
    clientId: null,
    journeyId: null,
    details: {},
    ...overrides,
  };
}

export function testMail(overrides: Partial<OutboxMail> = {}): OutboxMail {
  return {
    id: `mail-${randomBytes(8).toString('hex')}`,
    message: 'activate',
    locale: 'fi',
    clientId: 'oima' as ClientId,
    accountId: null,
    emailFingerprint: testFingerprint(),
    sealed: 'a sealed secret',
    createdAt: 1_000,
    expiresAt: 1_000_000,
    ...overrides,
  };
}

/** One active key; sets of one version differ by its handle. */
export function testKeySet(version: number, handle = 'sealed'): SigningKeySet {
  const publicJwk = { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' };
  return { version, keys: [{ kid: 'key', alg: 'ES256', state: 'active', since: 3, createdAt: 3, publicJwk, handle }] };
}
