/** Every combination of facts the ladder can meet, as a generator over plain choices. */

import type { AccountId } from '../../src/ids.ts';
import type {
  AccountFacts,
  Facts,
  JourneyFacts,
  ProvedFactor,
  RequestFacts,
  SessionProofs,
} from '../../src/journey/facts.ts';

export const now = 1_800_000_000_000;
const minute = 60_000;
const day = 86_400_000;
const freshMs = 30 * minute;

const booleans = [false, true] as const;

/** `put-off`: postponable, and answered with "later" in this journey; `put-off-before`: in this session. */
const termsChoices = ['nothing', 'due', 'postponable', 'put-off', 'put-off-before'] as const;

const termsDemands: Record<(typeof termsChoices)[number], RequestFacts['termsDemand']> = {
  nothing: null,
  due: 'due',
  postponable: 'postponable',
  'put-off': 'postponable',
  'put-off-before': 'postponable',
};

type Tail = Pick<AccountFacts, 'addressChangeUntold' | 'barred' | 'deletionAsked' | 'onRoster' | 'greeted'> &
  Pick<RequestFacts, 'consentMissing'> & { readonly terms: (typeof termsChoices)[number] };

const clear: Tail = {
  addressChangeUntold: false,
  barred: false,
  deletionAsked: false,
  onRoster: true,
  greeted: true,
  terms: 'nothing',
  consentMissing: false,
};

/** Rungs that no other fact touches: each alone, all, and none; `every` = all 160 together. */
export function tails(every: boolean): readonly Tail[] {
  if (!every) {
    const alone: Partial<Tail>[] = [
      { barred: true },
      { deletionAsked: true },
      { addressChangeUntold: true },
      { onRoster: false },
      { greeted: false },
      { terms: 'due' },
      { terms: 'postponable' },
      { consentMissing: true },
    ];
    const all: Tail = {
      addressChangeUntold: true,
      barred: true,
      deletionAsked: true,
      onRoster: false,
      greeted: false,
      terms: 'due',
      consentMissing: true,
    };
    return [clear, ...alone.map((one) => ({ ...clear, ...one })), all];
  }
  return booleans.flatMap((barred) =>
    booleans.flatMap((deletionAsked) =>
      booleans.flatMap((onRoster) =>
        booleans.flatMap((greeted) =>
          termsChoices.flatMap((terms) =>
            booleans.map((consentMissing) => ({
              ...clear,
              barred,
              deletionAsked,
              onRoster,
              greeted,
              terms,
              consentMissing,
            })),
          ),
        ),
      ),
    ),
  );
}

export const identities: readonly JourneyFacts['identity'][] = [
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

export const sessions: readonly (SessionProofs | null)[] = [
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

/** Factors meet everything but what they have nothing to do with; else there would be several times as many. */
function meets(
  { policy, enrolled }: FactorChoice,
  tail: Tail,
  request: (typeof requestChoices)[number],
  { mustChangePassword }: (typeof accountChoices)[number],
  { mailboxAt, codeAt, passwordTooWeak, identificationPostponed }: JourneyFacts,
): boolean {
  if (policy === 'off' && enrolled === 'none') return true;
  const plain = tail === clear && !request.namesAnotherSubject && !request.unreachableAcr && !mustChangePassword;
  return plain && (mailboxAt === null) === (codeAt === null) && passwordTooWeak === identificationPostponed;
}

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

function withFactors(facts: Known, choice: FactorChoice): Facts {
  if (choice === noFactor) return facts;
  const { request, account, journey, session } = facts;
  const { policy, enrolled, proved, before, lost } = choice;
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

type Known = Facts & { readonly account: AccountFacts };

/** Calls `see` with every combination until it says `stop`. Returns how many there were. */
export function forAllFacts(every: boolean, see: (facts: Facts) => 'stop' | undefined): number {
  let count = 0;
  for (const tail of tails(every)) {
    const { terms, consentMissing, ...rest } = tail;
    const termsDemand = termsDemands[terms];
    const ownJourneys = journeyChoices.map((journey) => ({ ...journey, termsPostponed: terms === 'put-off' }));
    const ownSessions = sessions.map(
      (session) => session && { ...session, termsPostponed: terms === 'put-off-before' },
    );
    for (const choice of requestChoices) {
      const request = { ...choice, termsDemand, consentMissing };
      for (const accountChoice of accountChoices) {
        const id = 'account' as AccountId;
        const account: AccountFacts = { id, secondFactor: 'none', ...accountChoice, ...rest };
        for (const session of ownSessions) {
          for (const journey of ownJourneys) {
            // The store links an identity to an account that has none, and knows whose a linked one is.
            const owner = journey.identity?.owner;
            if ((owner === 'this-account') !== account.linked && owner !== undefined && owner !== 'another-account')
              continue;
            for (const factors of factorChoices) {
              if (!meets(factors, tail, choice, accountChoice, journey)) continue;
              count += 1;
              if (see(withFactors({ now, request, account, journey, session }, factors)) === 'stop') return count;
            }
          }
        }
      }
    }
  }
  return count;
}
