/** Sees every request that a client sends to the provider, after it was answered. */
import type { Context, Middleware } from 'koa';
import type { Client, Config } from '../config/schema.ts';
import type { Deps } from '../deps.ts';
import { knownReferenceOf, refusalsOf } from '../http/refusal.ts';
import { findingsOf } from './findings.ts';
import { type Endpoint, endpoints, type Observed, type UsedMethod } from './observed.ts';
import type { RecentRequests } from './recent-requests.ts';
import { shownParameters } from './shown-parameters.ts';

/** What the provider's library leaves on the context of a request for one of its routes. */
type Oidc = {
  readonly route?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly client?: { readonly clientId: string };
};

type Watched = {
  use(middleware: Middleware): unknown;
  on(event: string, listener: (ctx: Context, out: Readonly<Record<string, unknown>> | undefined) => void): unknown;
};

export type WatchDeps = Pick<Deps, 'clock'> & {
  readonly config: Pick<Config, 'lives'>;
  readonly clients: ReadonlyMap<string, Client>;
};

const isEndpoint = (route: string | undefined): route is Endpoint =>
  route !== undefined && Object.hasOwn(endpoints, route);

/** As they came; where the library has read them from elsewhere (a pushed request), those too. */
function paramsOf({ query }: Context, { params, body }: Oidc): Readonly<Record<string, unknown>> {
  const read = Object.entries(params ?? {}).filter(([, value]) => value !== undefined);
  return { ...query, ...body, ...Object.fromEntries(read) };
}

const basicOf = (ctx: Context): string | null => /^basic +(\S+)$/i.exec(ctx.get('Authorization'))?.[1] ?? null;

function clientIdOf(ctx: Context, oidc: Oidc, params: Readonly<Record<string, unknown>>): string | null {
  if (oidc.client) return oidc.client.clientId;
  if (typeof params.client_id === 'string') return params.client_id;
  const basic = basicOf(ctx);
  return basic === null ? null : (Buffer.from(basic, 'base64').toString().split(':')[0] ?? null);
}

function methodOf(ctx: Context, params: Readonly<Record<string, unknown>>): UsedMethod {
  if (params.client_assertion !== undefined) return 'private_key_jwt';
  if (params.client_secret !== undefined) return 'client_secret_post';
  return basicOf(ctx) === null ? 'none' : 'client_secret_basic';
}

function answerOf(ctx: Context, code: boolean): Observed['answer'] {
  const body: unknown = ctx.body;
  const members = typeof body === 'object' && body !== null && !Buffer.isBuffer(body) ? Object.keys(body) : [];
  const active = typeof body === 'object' && body !== null && 'active' in body ? body.active === true : null;
  return { code, members, active };
}

type Seen = { readonly ctx: Context; readonly oidc: Oidc; readonly endpoint: Endpoint; readonly gotCode: boolean };

function observed({ ctx, oidc, endpoint, gotCode }: Seen, deps: WatchDeps, recent: RecentRequests): Observed {
  const params = paramsOf(ctx, oidc);
  const clientId = clientIdOf(ctx, oidc, params);
  const { code } = params;
  return {
    endpoint,
    method: ctx.method,
    status: ctx.status,
    clientId,
    client: deps.clients.get(clientId ?? '') ?? null,
    params,
    usedMethod: methodOf(ctx, params),
    refusals: refusalsOf(ctx),
    codeAge: typeof code === 'string' ? recent.codeAge(code, clientId, deps.clock.now()) : null,
    answer: answerOf(ctx, gotCode),
    clientIds: [...deps.clients.keys()],
    codeLifeSeconds: deps.config.lives.authorizationCodeSeconds,
  };
}

/** Mount it outside of all that answers, so that every answer is seen as it is sent. */
export function watchRequests(provider: Watched, deps: WatchDeps, recent: RecentRequests): void {
  const { clock } = deps;
  const gotCode = new WeakSet<object>();
  provider.on('authorization.success', (ctx, answer) => {
    // A cast: after the provider's own routes the context has what they put there.
    const { oidc } = ctx as unknown as { readonly oidc: Oidc };
    // A device's sign-in succeeds too, and gives the browser nothing.
    const code = answer?.code;
    if (typeof code !== 'string') return;
    gotCode.add(ctx.req);
    recent.codeIssued(code, oidc.client?.clientId ?? '', clock.now());
  });
  provider.use(async (ctx, next) => {
    await next();
    // A cast: as above, and on other routes nothing.
    const { oidc } = ctx as unknown as { readonly oidc?: Oidc };
    if (oidc === undefined || !isEndpoint(oidc.route)) return;
    const request = observed({ ctx, oidc, endpoint: oidc.route, gotCode: gotCode.has(ctx.req) }, deps, recent);
    const { endpoint, method, status, client, params, refusals } = request;
    recent.add({
      at: clock.now(),
      endpoint,
      method,
      status,
      clientId: client?.id ?? null,
      error: refusals.at(-1)?.error ?? null,
      reference: refusals.length > 0 ? knownReferenceOf(ctx) : null,
      parameters: shownParameters(params),
      findings: findingsOf(request),
    });
  });
}
