/** Errors of the admin API, all of them as `application/problem+json` (RFC 9457). */
import type { Context } from 'koa';
import { HashingOverloaded } from '../../accounts/password.ts';
import { adminApiOf } from '../../config/client-admin-schema.ts';
import { LimitReached, TemporarilyUnavailable } from '../../errors.ts';
import { referenceOf } from '../../http/refusal.ts';
import type { AdminDeps } from '../operation.ts';
import { AdminRefused, type InputFault, type ProblemCode, problems } from '../refusal.ts';

export type Problem = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly errors?: readonly InputFault[];
  /** Under which the log has more. */
  readonly reference?: string;
};

type ProblemDeps = Pick<AdminDeps, 'config' | 'log' | 'random'>;

export function sendProblem(deps: ProblemDeps, ctx: Context, error: unknown): void {
  const { code, detail, faults, retryAfterSeconds } = known(error);
  const [status, title] = problems[code];
  const reference = status >= 500 ? referenceOf(ctx, deps.random) : undefined;
  if (code === 'internal')
    deps.log.error({ err: error, reference, method: ctx.method, status }, 'admin request failed');
  else deps.log.info({ code, status, ...(reference && { reference }) }, 'admin request refused');
  const problem: Problem = {
    type: `urn:avain:problem:${code}`,
    title,
    status,
    ...(detail !== '' && { detail }),
    ...(faults.length > 0 && { errors: faults }),
    ...(reference !== undefined && { reference }),
  };
  ctx.status = status;
  if (retryAfterSeconds !== null) ctx.set('Retry-After', String(retryAfterSeconds));
  if (status === 401) ctx.set('WWW-Authenticate', challenge(deps, ctx, code));
  ctx.set('Content-Type', 'application/problem+json');
  ctx.body = JSON.stringify(problem);
}

type Known = {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly faults: readonly InputFault[];
  readonly retryAfterSeconds: number | null;
};

function known(error: unknown): Known {
  const plain = { detail: '', faults: [], retryAfterSeconds: null };
  if (error instanceof AdminRefused) {
    const { code, message: detail, faults } = error;
    return { ...plain, code, detail, faults, retryAfterSeconds: code === 'under-way' ? 1 : null };
  }
  if (error instanceof LimitReached) return { ...plain, code: 'too-many', retryAfterSeconds: error.retryAfterSeconds };
  if (error instanceof TemporarilyUnavailable || error instanceof HashingOverloaded)
    return { ...plain, code: 'unavailable', retryAfterSeconds: 2 };
  return { ...plain, code: 'internal' };
}

/** RFC 6750 3, and RFC 9470 where the person must be identified anew. */
function challenge({ config }: ProblemDeps, ctx: Context, code: ProblemCode): string {
  const realm = `Bearer realm="${adminApiOf(config.issuer)}"`;
  if (code === 'identify-again')
    return `${realm}, error="insufficient_user_authentication", acr_values="${config.acr.substantial}", max_age="0"`;
  return ctx.get('Authorization') === '' ? realm : `${realm}, error="invalid_token"`;
}
