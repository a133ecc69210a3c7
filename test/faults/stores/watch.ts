/** Every request that somebody makes while a store misbehaves: how long it took, and what kind of answer it was. */

export type Seen = {
  /** By `performance.now()`. */
  readonly startedAt: number;
  readonly tookMs: number;
  /** Method and path, without what is random in it. */
  readonly what: string;
  /** `broken`: the connection ended before the answer. `hung`: none came in ten seconds. */
  readonly status: number | 'broken' | 'hung';
  /** What a 503 said that names neither a reference (pages) nor `temporarily_unavailable` (programs); else null. */
  readonly mute: string | null;
};

export type Watch = {
  readonly ask: typeof fetch;
  readonly seen: readonly Seen[];
};

const patienceMs = 10_000;

/** Asks over a new connection each time, so that a balancer deals the requests out among its nodes. */
export function createWatch(): Watch {
  const seen: Seen[] = [];
  const ask: typeof fetch = async (input, init = {}) => {
    const url = new URL(String(input));
    const what = `${init.method ?? 'GET'} ${url.pathname.replace(/\/[\w-]{21,}/g, '/…')}`;
    const startedAt = performance.now();
    const note = (status: Seen['status'], mute: string | null = null) =>
      void seen.push({ startedAt, tookMs: performance.now() - startedAt, what, status, mute });
    // A cast: only plain objects are given as headers here.
    const headers = { ...(init.headers as Record<string, string> | undefined), connection: 'close' };
    try {
      const answer = await fetch(url, { ...init, headers, signal: AbortSignal.timeout(patienceMs) });
      const body = await answer.arrayBuffer();
      const said = String(Buffer.from(body));
      const isMute = answer.status === 503 && !url.pathname.startsWith('/health/') && !speaks(answer, said);
      note(answer.status, isMute ? said : null);
      return new Response(body.byteLength === 0 ? null : body, answer);
    } catch (error) {
      note(error instanceof Error && error.name === 'TimeoutError' ? 'hung' : 'broken');
      throw error;
    }
  };
  return { ask, seen };
}

function speaks({ headers }: Response, body: string): boolean {
  const again = headers.get('retry-after') !== null;
  if (headers.get('content-type')?.includes('json')) return again && body.includes('temporarily_unavailable');
  return again && /\b[0-9a-f]{12}\b/.test(body);
}

/** What no client may ever see, whatever its store does; empty when all is well. */
export function wrongs(seen: readonly Seen[], mostMs: number): string[] {
  return seen.flatMap(({ what, status, tookMs, mute }) => {
    const said = `${what}: ${status} after ${Math.round(tookMs)} ms`;
    if (tookMs > mostMs) return [`too slow: ${said}`];
    if (typeof status === 'string' || (status >= 500 && status !== 503)) return [`no answer of ours: ${said}`];
    return mute === null ? [] : [`without a word: ${said}: ${mute.slice(0, 200)}`];
  });
}

export const slowestMs = (seen: readonly Seen[]): number =>
  Math.round(Math.max(0, ...seen.map(({ tookMs }) => tookMs)));
