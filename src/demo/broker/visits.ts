import { randomInt, randomUUID } from 'node:crypto';
import type { Language } from '../language.ts';
import type { TestPerson } from './persons.ts';
import type { Scenario } from './scenarios.ts';

/** One way to identify, as the method page shows it. */
export type Method = Readonly<{ id: string; name: string; kind: 'bank' | 'mobile' }>;

/** The methods of the simulated network; their names are part of the demo world's contract. */
export const methods: readonly Method[] = [
  { id: 'demopankki', name: 'Demopankki', kind: 'bank' },
  { id: 'pankki-kaksi', name: 'Pankki Kaksi', kind: 'bank' },
  { id: 'mobiilivarmenne', name: 'Mobiilivarmenne', kind: 'mobile' },
];

/** One person's way through the pages; `page` is the one shown now. */
export type Visit = {
  readonly uid: string;
  readonly serviceName: string;
  /** The method that the service chose already; the page offers no other. */
  readonly asked: Method['kind'] | null;
  /** Whether only the highest level of assurance was asked for. */
  readonly high: boolean;
  /** The test person that the request names by `login_hint`, identified at once. */
  readonly hinted: TestPerson | null;
  /** Whether the data page is shown. */
  readonly confirmsData: boolean;
  /** Short code shown on page and phone, so that a person sees which request is approved. */
  readonly reference: string;
  /** Whether a notice of disturbance is shown. */
  readonly disturbed: boolean;
  language: Language;
  page: 'method' | 'phone' | 'approve' | 'person' | 'data';
  method: Method | null;
  person: TestPerson | null;
  fault: 'phone' | 'person' | 'own' | null;
};

/** What the broker vouches for under one random subject: like the real ones, it has a new `sub` each time. */
export type Identified = Readonly<{
  accountId: string;
  person: TestPerson;
  method: Method;
  scenario: Scenario | null;
  sessionIndex: string;
}>;

export type Visits = Readonly<{
  find(uid: string): Visit | undefined;
  open(
    start: Pick<Visit, 'uid' | 'serviceName' | 'asked' | 'high' | 'hinted' | 'confirmsData' | 'disturbed' | 'language'>,
  ): Visit;
  identify(visit: Visit, person: TestPerson, scenario: Scenario | null): Identified;
  identified(accountId: string): Identified | undefined;
}>;

const mostKept = 5_000;

/** Visits in memory; the oldest are forgotten when there are very many. */
export function createVisits(): Visits {
  const visits = new Map<string, Visit>();
  const subjects = new Map<string, Identified>();
  return {
    find: (uid) => visits.get(uid),
    open(start) {
      const mobile = methods.find(({ kind }) => kind === 'mobile') ?? null;
      const known = start.asked === 'mobile';
      const visit: Visit = {
        ...start,
        reference: String(randomInt(10_000)).padStart(4, '0'),
        page: known ? 'phone' : 'method',
        method: known ? mobile : null,
        person: null,
        fault: null,
      };
      return keep(visits, start.uid, visit);
    },
    identify(visit, person, scenario) {
      const method = visit.method ?? methods[0];
      if (!method) throw new Error('no methods');
      const accountId = randomUUID();
      return keep(subjects, accountId, { accountId, person, method, scenario, sessionIndex: randomUUID() });
    },
    identified: (accountId) => subjects.get(accountId),
  };
}

function keep<T>(map: Map<string, T>, key: string, value: T): T {
  const [oldest] = map.keys();
  if (oldest !== undefined && map.size >= mostKept) map.delete(oldest);
  map.set(key, value);
  return value;
}
