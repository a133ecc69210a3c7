/** `/admin/api/v1`: each operation of the table by HTTP. Bearer tokens only: no cookie is read, so no site can lend one. */
import type { Context, Middleware } from 'koa';
import { adminApiPath } from '../../config/client-admin-schema.ts';
import { LimitReached } from '../../errors.ts';
import { networkOf } from '../../http/network.ts';
import { openApi } from '../openapi.ts';
import { type AdminActor, type AdminDeps, nameOf } from '../operation.ts';
import { adminOperations } from '../operations.ts';
import { perform } from '../perform.ts';
import { AdminRefused } from '../refusal.ts';
import { actorOf, type FindAdminToken } from './actor.ts';
import { type AdminAnswer, once } from './idempotency.ts';
import { sendProblem } from './problem.ts';
import { bodyOf, jsonOf, type Matched, matchingPath, queryOf, seenVersion } from './request.ts';

export type AdminApiDeps = AdminDeps & { readonly findAdminToken: FindAdminToken };

const minuteMs = 60_000;
/** Far more than a person clicks, and enough for a program that goes through its list. */
const callsPerMinute = 600;
const refusedTokensPerMinute = 60;

/** All below the path is answered here, whatever it is; no page of ours ever is. */
export function adminApi(deps: AdminApiDeps): Middleware {
  const matching = matchingPath(adminOperations);
  const description = JSON.stringify(openApi(deps.config.issuer));
  return async (ctx, next) => {
    if (ctx.path !== adminApiPath && !ctx.path.startsWith(`${adminApiPath}/`)) return next();
    try {
      const path = ctx.path.slice(adminApiPath.length);
      if (path === '/openapi.json') describe(ctx, description);
      else await answer(deps, ctx, matching(path));
    } catch (error) {
      sendProblem(deps, ctx, error);
    }
  };
}

/** Public: it tells what every clone of Avain tells, and nothing of this installation. */
function describe(ctx: Context, description: string): void {
  if (ctx.method !== 'GET') throw wrongMethod(ctx, ['GET']);
  ctx.type = 'application/json';
  ctx.status = 200;
  ctx.body = description;
}

function wrongMethod(ctx: Context, allowed: readonly string[]): AdminRefused {
  ctx.set('Allow', allowed.join(', '));
  return new AdminRefused('method-not-allowed');
}

async function limit({ storage, clock }: AdminApiDeps, name: string, most: number): Promise<void> {
  const hit = await storage.limits.hit(`admin|${name}`, minuteMs);
  if (hit.count > most) throw new LimitReached('admin', (hit.resetsAt - clock.now()) / 1_000);
}

async function authenticated(deps: AdminApiDeps, ctx: Context): Promise<AdminActor> {
  const network = `refused|${networkOf(ctx)}`;
  const refused = await deps.storage.limits.peek(`admin|${network}`);
  if (refused.count >= refusedTokensPerMinute)
    throw new LimitReached('admin-tokens', (refused.resetsAt - deps.clock.now()) / 1_000);
  try {
    return await actorOf(deps, deps.findAdminToken, ctx);
  } catch (error) {
    if (error instanceof AdminRefused) await limit(deps, network, refusedTokensPerMinute);
    throw error;
  }
}

/** Who, how often, what, may they, and only then what was sent. */
async function answer(deps: AdminApiDeps, ctx: Context, here: ReadonlyMap<string, Matched>): Promise<void> {
  const actor = await authenticated(deps, ctx);
  await limit(deps, nameOf(actor), callsPerMinute);
  const matched = here.get(ctx.method);
  if (here.size === 0) throw new AdminRefused('not-found');
  if (!matched) throw wrongMethod(ctx, [...here.keys()]);
  const { operation } = matched;
  Object.assign(ctx, { _matchedRoute: `${adminApiPath}${operation.path}` });
  if (ctx.accepts('application/json') === false) throw new AdminRefused('not-acceptable');
  if (!operation.roles.includes(actor.role)) throw new AdminRefused('forbidden');
  const bytes = await bodyOf(ctx);
  const work = (): Promise<AdminAnswer> => performed(deps, actor, matched, ctx, bytes);
  const key = operation.method === 'POST' ? ctx.get('Idempotency-Key') : '';
  const request = [ctx.method, ctx.path, ctx.querystring, ctx.get('If-Match'), bytes.toString('base64')];
  const done =
    key === '' ? await work() : await replayable(ctx, once(deps, { actor: nameOf(actor), key, request }, work));
  send(ctx, done);
}

async function performed(
  deps: AdminApiDeps,
  actor: AdminActor,
  { operation, params }: Matched,
  ctx: Context,
  bytes: Buffer,
): Promise<AdminAnswer> {
  const seen = seenVersion(ctx);
  const input = { params, query: queryOf(ctx), body: jsonOf(ctx, bytes), ...(seen !== undefined && { seen }) };
  const { output, version } = await perform(deps, operation, actor, input);
  return { body: output, ...(version !== undefined && { version }) };
}

async function replayable(ctx: Context, call: ReturnType<typeof once>): Promise<AdminAnswer> {
  const { replayed, ...done } = await call;
  if (replayed) ctx.set('Idempotency-Replayed', 'true');
  return done;
}

function send(ctx: Context, { body, version }: AdminAnswer): void {
  ctx.status = 200;
  if (version !== undefined) ctx.set('ETag', `"${version}"`);
  ctx.type = 'application/json';
  ctx.body = JSON.stringify(body);
}
