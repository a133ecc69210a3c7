/** Every combination of facts the ladder can meet, as a generator over plain choices. */

import type { AccountId } from '../../src/ids.ts';
import type { AccountFacts, Facts, JourneyFacts, RequestFacts, SessionProofs } from '../../src/journey/facts.ts';

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

type Tail = Pick<AccountFacts, 'barred' | 'onRoster' | 'greeted'> &
  Pick<RequestFacts, 'consentMissing'> & { readonly terms: (typeof termsChoices)[number] };

const clear: Tail = { barred: false, onRoster: true, greeted: true, terms: 'nothing', consentMissing: false };

/** Rungs that no other fact touches: each alone, all, and none; `every` = all 80 together. */
export function tails(every: boolean): readonly Tail[] {
  if (!every) {
    const alone: Partial<Tail>[] = [
      { barred: true },
      { onRoster: false },
      { greeted: false },
      { terms: 'due' },
      { terms: 'postponable' },
      { consentMissing: true },
    ];
    const all: Tail = { barred: true, onRoster: false, greeted: false, terms: 'due', consentMissing: true };
    return [clear, ...alone.map((one) => ({ ...clear, ...one })), all];
  }
  return booleans.flatMap((barred) =>
    booleans.flatMap((onRoster) =>
      booleans.flatMap((greeted) =>
        termsChoices.flatMap((terms) =>
          booleans.map((consentMissing) => ({ barred, onRoster, greeted, terms, consentMissing })),
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
  codeAt: null,
  identity: { at: now - age, level: 'substantial', method: 'ftn_mobile' },
  identificationPostponed: false,
  termsPostponed: false,
});

export const sessions: readonly (SessionProofs | null)[] = [
  null,
  { passwordAt: now - day / 4, codeAt: null, identity: null, identificationPostponed: true, termsPostponed: false },
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

const journeyChoices: readonly JourneyFacts[] = booleans.flatMap((password) =>
  booleans.flatMap((mailbox) =>
    booleans.flatMap((code) =>
      identities.flatMap((identity) =>
        booleans.flatMap((passwordTooWeak) =>
          booleans.flatMap((identificationPostponed) =>
            booleans.map((identifiedAsOtherTooOften) => ({
              door: 'password' as const,
              passwordAt: password ? now - minute : null,
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
        firstAlways,
        atMostMs,
        freshMs,
        unreachableAcr: subject === 'unreachable',
        namesAnotherSubject: subject === 'somebody-else',
      })),
    ),
  ),
);

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
        const account: AccountFacts = { id: 'account' as AccountId, ...accountChoice, ...rest };
        for (const session of ownSessions) {
          for (const journey of ownJourneys) {
            // The store links an identity to an account that has none, and knows whose a linked one is.
            const owner = journey.identity?.owner;
            if ((owner === 'this-account') !== account.linked && owner !== undefined && owner !== 'another-account')
              continue;
            count += 1;
            if (see({ now, request, account, journey, session }) === 'stop') return count;
          }
        }
      }
    }
  }
  return count;
}
