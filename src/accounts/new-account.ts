import type { Deps } from '../deps.ts';
import { noFactors } from '../factors/factors.ts';
import type { Locale } from '../http/locale.ts';
import { createDataKey } from '../identity/national-id.ts';
import type { AccountId, Fingerprint, Instant, JourneyId } from '../ids.ts';
import type { Account } from './account.ts';

export type NewAccount = {
  readonly email: string;
  readonly emailFingerprint: Fingerprint;
  readonly locale: Locale;
  readonly createdAt: Instant;
  readonly bornIn: JourneyId | null;
};

/** An account with nothing proved; its id (the first-party `sub`) is random and never reused. */
export function newAccount({ keyring, random }: Pick<Deps, 'keyring' | 'random'>, input: NewAccount): Account {
  const id = random.bytes(16).toString('base64url') as AccountId;
  return {
    ...input,
    id,
    version: 1,
    activatedAt: null,
    localeChosen: false,
    nickname: null,
    password: null,
    passwordSetAt: null,
    mustChangePassword: false,
    barredAt: null,
    importedFrom: null,
    previousAddresses: [],
    relinking: null,
    pendingAddress: null,
    deletion: null,
    dataKey: createDataKey(keyring, id).wrapped,
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
  };
}
