import type { Context } from 'koa';
import type { Provider } from 'oidc-provider';
import type { DialectRules } from './dialect-rules.ts';
import type { Scenario } from './scenarios.ts';
import type { Switches } from './start-page.ts';

/** A registered client as the library keeps it, as far as a lapse changes it. */
type Registration = {
  requireSignedRequestObject: boolean;
  requirePushedAuthorizationRequests: boolean;
  requestObjectSigningAlg: string | undefined;
  tokenEndpointAuthMethod: string;
};

type Unique = (issuer: string, jti: string, expiresAt: number) => Promise<boolean>;

/**
 * Makes the broker neglect its own duties while a switch says so, so that `avain broker check` has something to find:
 * it then takes what nobody signed, whoever asks, and what was used before.
 */
export function withLapses(provider: Provider, rules: DialectRules, switches: Switches): Provider {
  // The library's models are replaced where its types show none.
  const { ReplayDetection } = provider as unknown as { ReplayDetection: { unique: Unique } };
  const unique = ReplayDetection.unique.bind(ReplayDetection);
  ReplayDetection.unique = async (...use) => (await unique(...use)) || switches.scenario === 'accepts-replay';
  const proper: { registration?: Registration } = {};
  provider.use(async (ctx, next) => {
    const client = (await provider.Client.find('avain')) as unknown as Registration;
    proper.registration ??= { ...pick(client) };
    Object.assign(client, lax(proper.registration, switches.scenario));
    if (switches.scenario === 'accepts-unsigned' && ctx.path === rules.paths.authorization) unpackRequest(ctx);
    const asServer = ctx.path === rules.paths.token || ctx.path === rules.paths.pushed;
    if (switches.scenario === 'accepts-any-client' && ctx.method === 'POST' && asServer) await forgetAssertion(ctx);
    await next();
  });
  return provider;
}

function pick(client: Registration): Registration {
  const { requireSignedRequestObject, requirePushedAuthorizationRequests } = client;
  const { requestObjectSigningAlg, tokenEndpointAuthMethod } = client;
  return {
    requireSignedRequestObject,
    requirePushedAuthorizationRequests,
    requestObjectSigningAlg,
    tokenEndpointAuthMethod,
  };
}

function lax(proper: Registration, scenario: Scenario | null): Registration {
  if (scenario === 'accepts-unsigned') {
    return { ...proper, requireSignedRequestObject: false, requirePushedAuthorizationRequests: false };
  }
  return scenario === 'accepts-any-client' ? { ...proper, tokenEndpointAuthMethod: 'none' } : proper;
}

/** The claims of whatever request object became parameters, without a look at its signature. */
function unpackRequest(ctx: Context): void {
  const { request } = ctx.query;
  const payload = typeof request === 'string' ? request.split('.')[1] : undefined;
  if (payload === undefined) return;
  // Whoever sends something else here gets the library's complaint about missing parameters.
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
  const parameters = Object.entries(claims).filter(([name]) => !protocolClaims.has(name));
  ctx.query = { client_id: 'avain', ...Object.fromEntries(parameters.map(([name, value]) => [name, String(value)])) };
}

const protocolClaims: ReadonlySet<string> = new Set(['iss', 'aud', 'exp', 'iat', 'nbf', 'jti']);

/** Takes the proof of who asks out of the form; the library then finds a client that needs none. */
async function forgetAssertion(ctx: Context): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of ctx.req) chunks.push(chunk);
  const form = new URLSearchParams(Buffer.concat(chunks).toString());
  for (const name of ['client_assertion', 'client_assertion_type', 'client_secret']) form.delete(name);
  form.set('client_id', 'avain');
  delete ctx.req.headers.authorization;
  // The library reads an already parsed body from here.
  Object.assign(ctx.req, { body: Object.fromEntries(form) });
}
