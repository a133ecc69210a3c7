/** The last requests of each client, in memory only: a few of each, not many in all, gone with the process. */
import { createHash } from 'node:crypto';
import type { Instant } from '../ids.ts';
import type { Finding } from './finding-names.ts';
import type { CodeAge, Endpoint } from './observed.ts';
import type { ShownParameter } from './shown-parameters.ts';

export type RecentRequest = {
  readonly at: Instant;
  readonly endpoint: Endpoint;
  readonly method: string;
  readonly status: number;
  /** null = of no client that there is. */
  readonly clientId: string | null;
  /** The OAuth error; null = none. */
  readonly error: string | null;
  /** Under which the log has the same request; null where nothing was refused. */
  readonly reference: string | null;
  readonly parameters: readonly ShownParameter[];
  readonly findings: readonly Finding[];
};

export type RecentRequests = {
  add(request: RecentRequest): void;
  /** Newest first; of one client, or of all. */
  list(clientId?: string | null): readonly RecentRequest[];
  /** Remembers the fingerprint of a code, to say later how old it was when somebody tried to redeem it. */
  codeIssued(code: string, clientId: string, at: Instant): void;
  codeAge(code: string, clientId: string | null, now: Instant): CodeAge | null;
};

export const kept = { perClient: 20, inAll: 200, codes: 200 } as const;

const fingerprint = (code: string): string => createHash('sha256').update(code).digest('base64url');

/** Room for at most `perClient` of each client (those of no client count as one) and `inAll` together. */
export function createRecentRequests(most: { perClient: number; inAll: number; codes: number } = kept): RecentRequests {
  const requests: RecentRequest[] = [];
  const codes = new Map<string, { clientId: string; at: Instant }>();
  return {
    add: (request) => {
      requests.push(request);
      const own = requests.filter(({ clientId }) => clientId === request.clientId);
      const tooMany = own.length > most.perClient ? own[0] : requests.length > most.inAll ? requests[0] : undefined;
      if (tooMany !== undefined) requests.splice(requests.indexOf(tooMany), 1);
    },
    list: (clientId) =>
      requests.filter((request) => clientId === undefined || request.clientId === clientId).toReversed(),
    codeIssued: (code, clientId, at) => {
      codes.set(fingerprint(code), { clientId, at });
      const [oldest] = codes.keys();
      if (codes.size > most.codes && oldest !== undefined) codes.delete(oldest);
    },
    codeAge: (code, clientId, now) => {
      const issued = codes.get(fingerprint(code));
      return issued ? { seconds: Math.floor((now - issued.at) / 1_000), own: issued.clientId === clientId } : null;
    },
  };
}
