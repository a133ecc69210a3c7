/** The combinations of facts that the ladder can meet, over plain choices. */

import type { AccountId } from '../../src/ids.ts';
import type {
  AccountFacts,
  Facts,
  JourneyFacts,
  ProvedFactor,
  RequestFacts,
  SessionProofs,
} from '../../src/journey/facts.ts';
import { rounds } from '../support/heavy.ts';

export const now = 1_800_000_000_000;
const minute = 60_000;
const day = 86_400_000;
const freshMs = 30 * minute;

const booleans = [false, true] as const;

/** `put-off`: postponable, and answered with "later" in this journey; `put-off-before`: in this session. */
const termsDemands = {
  nothing: null,
  due: 'due',
  postponable: 'postponable',
  'put-off': 'postponable',
  'put-off-before': 'postponable',
} as const;

type Tail = Pick<AccountFacts, 'addressChangeUntold' | 'barred' | 'deletionAsked' | 'onRoster' | 'greeted'> &
  Pick<RequestFacts, 'consentMissing' | 'selectAccount'> & { readonly terms: keyof typeof termsDemands };

const clear: Tail = {
  addressChangeUntold: false,
  barred: false,
  deletionAsked: false,
  onRoster: true,
  greeted: true,
  terms: 'nothing',
  consentMissing: false,
  selectAccount: false,
};

const troubles: readonly Partial<Tail>[] = [
  { selectAccount: true },
  { barred: true },
  { deletionAsked: true },
  { addressChangeUntold: true },
  { onRoster: false },
  { greeted: false },
  { terms: 'due' },
  { terms: 'postponable' },
  { terms: 'put-off' },
  { terms: 'put-off-before' },
  { consentMissing: true },
];

/** Rungs that no other fact touches: often none, so that many climbs come to an end; each alone, any two, and all. */
const tails: readonly Tail[] = [
  ...Array.from({ length: 66 }, () => clear),
  ...troubles.map((one) => ({ ...clear, ...one })),
  ...troubles.flatMap((one, at) => troubles.slice(at + 1).map((two) => ({ ...clear, ...one, ...two }))),
  // A cast: of many parts Object.assign knows no type.
  Object.assign({}, clear, ...troubles) as Tail,
];

const identities: readonly JourneyFacts['identity'][] = [
  null,
  ...(['nobody', 'this-account', 'another-account'] as const).flatMap((owner) =>
    (['substantial', 'high'] as const).map((level) => ({
      at: now - minute,
      level,
      method: 'ftn_bank' as const,
      owner,
    })),
  ),
];

const sessionIdentity = (age: number): SessionProofs => ({
  passwordAt: now - day / 4,
  factor: null,
  codeAt: null,
  identity: { at: now - age, level: 'substantial', method: 'ftn_mobile' },
  identificationPostponed: false,
  termsPostponed: false,
});

const sessions: readonly (SessionProofs | null)[] = [
  null,
  {
    passwordAt: now - day / 4,
    factor: null,
    codeAt: null,
    identity: null,
    identificationPostponed: true,
    termsPostponed: false,
  },
  sessionIdentity(minute),
  sessionIdentity(2 * freshMs),
];

/** What is owed, and what a new device must prove: each alone with the others at rest, and the pairs that may meet. */
const owedChoices: readonly Pick<AccountFacts, 'owedIdentification' | 'owedCode' | 'newDevice'>[] = [
  ...(['rate', 'reset', 'relink', null] as const).flatMap((owedIdentification) =>
    (['rate', null] as const).map((owedCode) => ({ owedIdentification, owedCode, newDevice: null })),
  ),
  { owedIdentification: 'reset', owedCode: 'reset', newDevice: null },
  { owedIdentification: null, owedCode: null, newDevice: 'code' },
  { owedIdentification: null, owedCode: null, newDevice: 'identification' },
  { owedIdentification: 'rate', owedCode: null, newDevice: 'identification' },
  { owedIdentification: 'rate', owedCode: 'rate', newDevice: 'code' },
];

const accountChoices = booleans.flatMap((linked) =>
  (linked ? [now - minute, now - 100 * day] : [null]).flatMap((identifiedAt) =>
    owedChoices.flatMap((owed) =>
      booleans.map((mustChangePassword) => ({
        ...owed,
        linked,
        identifiedAt,
        mustChangePassword,
        mailboxProvedAt: now - 10 * day,
      })),
    ),
  ),
);

type FactorChoice = {
  readonly policy: RequestFacts['secondFactor'];
  readonly enrolled: AccountFacts['secondFactor'];
  readonly proved: ProvedFactor['method'] | null;
  readonly before: ProvedFactor['method'] | null;
  readonly lost: boolean;
};
const noFactor: FactorChoice = { policy: 'off', enrolled: 'none', proved: null, before: null, lost: false };
const factorChoices: readonly FactorChoice[] = [
  noFactor,
  { ...noFactor, enrolled: 'enrolled' },
  { ...noFactor, enrolled: 'always' },
  { ...noFactor, enrolled: 'always', proved: 'otp' },
  { ...noFactor, enrolled: 'always', proved: 'hwk' },
  { ...noFactor, enrolled: 'always', before: 'hwk' },
  { ...noFactor, enrolled: 'always', lost: true },
  { ...noFactor, policy: 'if-enrolled' },
  { ...noFactor, policy: 'if-enrolled', enrolled: 'enrolled' },
  { ...noFactor, policy: 'if-enrolled', enrolled: 'enrolled', proved: 'recovery' },
  { ...noFactor, policy: 'required' },
  { ...noFactor, policy: 'required', lost: true },
  { ...noFactor, policy: 'required', enrolled: 'enrolled', before: 'otp' },
  { ...noFactor, policy: 'required', enrolled: 'enrolled', lost: true },
];
const proof = (method: FactorChoice['proved'], at: number): ProvedFactor | null => method && { at, method };

const journeyChoices: readonly JourneyFacts[] = booleans.flatMap((password) =>
  booleans.flatMap((mailbox) =>
    booleans.flatMap((code) =>
      identities.flatMap((identity) =>
        booleans.flatMap((passwordTooWeak) =>
          booleans.flatMap((identificationPostponed) =>
            booleans.map((identifiedAsOtherTooOften) => ({
              door: 'password' as const,
              passwordAt: password ? now - minute : null,
              factor: null,
              factorLost: false,
              mailboxAt: mailbox ? now - minute : null,
              codeAt: code ? now - minute : null,
              identity,
              passwordTooWeak,
              identificationPostponed,
              termsPostponed: false,
              identifiedAsOtherTooOften,
            })),
          ),
        ),
      ),
    ),
  ),
);

const requestChoices = ([null, 'substantial', 'high'] as const).flatMap((demandedLevel) =>
  (['anybody', 'somebody-else', 'unreachable'] as const).flatMap((subject) =>
    booleans.flatMap((firstAlways) =>
      [null, 90 * day].map((atMostMs) => ({
        demandedLevel,
        demandedBy: 'request' as const,
        acceptedLevels: null,
        codeAtMostMs: null,
        secondFactor: 'off' as const,
        firstAlways,
        atMostMs,
        freshMs,
        unreachableAcr: subject === 'unreachable',
        namesAnotherSubject: subject === 'somebody-else',
      })),
    ),
  ),
);

const dimensions = [tails, requestChoices, accountChoices, sessions, factorChoices, journeyChoices] as const;
const combinations: number = dimensions.reduce((product, { length }) => product * length, 1);

type Known = Facts & { readonly account: AccountFacts };

function withFactors(facts: Known, { policy, enrolled, proved, before, lost }: FactorChoice): Facts {
  const { request, account, journey, session } = facts;
  // Whoever signed in with a passkey has typed no password.
  const passwordAt = before === 'hwk' ? null : (session?.passwordAt ?? null);
  return {
    ...facts,
    request: { ...request, secondFactor: policy },
    account: { ...account, secondFactor: enrolled },
    journey: { ...journey, factor: proof(proved, now - minute), factorLost: lost },
    session: session && { ...session, passwordAt, factor: proof(before, now - day / 4) },
  };
}

/** The combination of this number; null where the store could never hold it. */
function combination(number: number): Facts | null {
  let rest = number;
  const [tailAt = 0, requestAt = 0, accountAt = 0, sessionAt = 0, factorAt = 0, journeyAt = 0] = dimensions.map(
    ({ length }) => {
      const digit = rest % length;
      rest = Math.floor(rest / length);
      return digit;
    },
  );
  const [tail, choice, accountChoice] = [tails[tailAt], requestChoices[requestAt], accountChoices[accountAt]];
  const [session, factors, journey] = [sessions[sessionAt], factorChoices[factorAt], journeyChoices[journeyAt]];
  if (!tail || !choice || !accountChoice || session === undefined || !factors || !journey) return null;
  // It links an identity to an account that has none, and knows whose a linked one is.
  const owner = journey.identity?.owner;
  if (owner !== undefined && owner !== 'another-account' && (owner === 'this-account') !== accountChoice.linked)
    return null;
  const { terms, consentMissing, selectAccount, ...own } = tail;
  const request = { ...choice, termsDemand: termsDemands[terms], consentMissing, selectAccount };
  const account: AccountFacts = { id: 'account' as AccountId, secondFactor: 'none', ...accountChoice, ...own };
  return withFactors(
    {
      now,
      request,
      account,
      journey: { ...journey, termsPostponed: terms === 'put-off' },
      session: session && { ...session, termsPostponed: terms === 'put-off-before' },
    },
    factors,
  );
}

/** Primes that divide no dimension: steps of this size meet every choice of one beside every choice of each other. */
const thin = 10_007;
const thick = 211;

/**
 * Calls `see` with combinations of all facts until it says `stop`: with an even share of them, of which there are a
 * billion, in the order of a walk through all dimensions at once. Returns how many there were.
 */
export function forAllFacts(see: (facts: Facts) => 'stop' | undefined): number {
  const stride = rounds(thin, thick);
  let count = 0;
  for (let number = 0; number < combinations; number += stride) {
    const facts = combination(number);
    if (facts === null) continue;
    count += 1;
    if (see(facts) === 'stop') break;
  }
  return count;
}
