/**
 * Lazy migration: people come over one by one, when they sign in. Where an address is not known here, an HTTP hook asks
 * the earlier system whether it knows the typed password. hook.ts asks, http/guarded-post.ts and http/private-address.ts keep the
 * asking within bounds, lazy-migration.ts makes an account of a yes. May import accounts/, storage/ports.ts, migration/.
 *
 * Promises: only an explicit match counts, and whatever else comes is "no"; the password goes nowhere but there, not
 * into a log or an error; an earlier system that is slow or down costs nobody more than its time limit.
 */
import { createHmac } from 'node:crypto';
import CircuitBreaker from 'opossum';
import { z } from 'zod';
import type { Config } from '../../config/schema.ts';
import type { Secret } from '../../config/secret.ts';
import type { Deps } from '../../deps.ts';
import { createGuardedPost, PostFailed } from '../../http/guarded-post.ts';

export type LazyMigrationConfig = NonNullable<Config['lazyMigration']>;

const flag = z.union([z.boolean(), z.string()]).nullish();
const text = z.string().nullish();

/** What the earlier system may say: no, or yes and whatever columns of an import it likes to add. */
const answerSchema = z.discriminatedUnion('match', [
  z.strictObject({ match: z.literal(false) }),
  z.strictObject({
    match: z.literal(true),
    locale: text,
    nickname: text,
    activated: flag,
    must_change: flag,
    created: text,
  }),
]);

export type Vouched = Omit<Extract<z.output<typeof answerSchema>, { match: true }>, 'match'>;

export type LazyHook = {
  /** What the earlier system says of somebody whose password this is; null = it says no, or nothing that counts. */
  ask(question: { readonly email: string; readonly password: string }): Promise<Vouched | null>;
};

const breakerOptions = {
  // Calls end by their own time limit, which also frees the socket; the breaker only counts.
  timeout: false as const,
  errorThresholdPercentage: 50,
  volumeThreshold: 4,
  rollingCountTimeout: 30_000,
  resetTimeout: 10_000,
  // A stranger can make it complain of what was typed, and can be many: neither may shut it for everybody.
  errorFilter: (error: unknown) => error instanceof PostFailed && /^(status_4|busy)/.test(error.code),
};

/**
 * Refusals leave later than the earlier system may answer, whoever is asked about: else the clock would tell which
 * addresses are known here, and which are not yet.
 */
export function refusalBeatMs({ timeoutMs }: Pick<LazyMigrationConfig, 'timeoutMs'>): number {
  return Math.max(500, timeoutMs + 100);
}

export function createLazyHook(
  settings: LazyMigrationConfig & { readonly allowPrivate: boolean },
  secret: Secret,
  { clock, log }: Pick<Deps, 'clock' | 'log'>,
): LazyHook {
  const { url, source, maxConcurrent } = settings;
  const post = createGuardedPost(new URL(url), settings);
  let underWay = 0;

  const call = async (body: string): Promise<Vouched | null> => {
    if (underWay >= maxConcurrent) throw new PostFailed('busy');
    underWay += 1;
    try {
      const timestamp = String(Math.floor(clock.now() / 1_000));
      return answerOf(await post(body, signed(secret, timestamp, body)));
    } finally {
      underWay -= 1;
    }
  };
  const breaker = new CircuitBreaker(call, breakerOptions);

  return {
    async ask({ email, password }) {
      try {
        return await breaker.fire(JSON.stringify({ email, password }));
      } catch (error) {
        if (error instanceof Error && CircuitBreaker.isOurError(error))
          log.debug({ source }, 'earlier system left alone');
        else if (error instanceof PostFailed) log.warn({ source, code: error.code }, 'earlier system not asked');
        else throw error;
        return null;
      }
    },
  };
}

function signed(secret: Secret, timestamp: string, body: string): Record<string, string> {
  const signature = createHmac('sha256', secret.reveal()).update(`${timestamp}.${body}`).digest('hex');
  return {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    accept: 'application/json',
    'avain-timestamp': timestamp,
    'avain-signature': `sha256=${signature}`,
  };
}

function answerOf({ status, body }: { readonly status: number; readonly body: string }): Vouched | null {
  if (status !== 200) throw new PostFailed(`status_${status}`);
  const parsed = answerSchema.safeParse(jsonOf(body));
  if (!parsed.success) throw new PostFailed('unclear');
  if (!parsed.data.match) return null;
  const { match: _yes, ...vouched } = parsed.data;
  return vouched;
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // Not the parser's words: they quote what it read.
    throw new PostFailed('not_json');
  }
}
