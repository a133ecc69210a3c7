import type { Provider } from 'oidc-provider';
import type { Scenario } from './scenarios.ts';
import type { Visits } from './visits.ts';

/** What this file needs of the library's ID token, which its types leave out. */
type IdToken = {
  client: { clientId: string; idTokenEncryptedResponseEnc?: string };
  available: { sub?: string };
  set(claim: string, value: unknown): void;
  payload(): Promise<Record<string, unknown>>;
  issue(options: { use: string; expiresAt?: number }): Promise<string>;
};

const slowMs = 30_000;
const hugeBytes = 2_000_000;

/** Makes the provider fail as the person chose on the page; without a choice it behaves. */
export function withTokenFaults(provider: Provider, visits: Visits): Provider {
  provider.use(async (ctx, next) => {
    await next();
    if (ctx.path !== '/token' || ctx.status !== 200) return;
    const accountId = ctx.oidc?.entities.Account?.accountId;
    const scenario = accountId ? visits.identified(accountId)?.scenario : undefined;
    if (scenario === 'token-500') answer(500, 'application/json', '{"error":"server_error"}');
    if (scenario === 'token-html') answer(200, 'text/html', '<!DOCTYPE html><title>Huoltokatko</title><p>Huoltokatko');
    if (scenario === 'token-huge') answer(200, 'application/json', JSON.stringify({ padding: 'x'.repeat(hugeBytes) }));
    if (scenario === 'token-slow') await new Promise((resolve) => setTimeout(resolve, slowMs).unref());
    function answer(status: number, type: string, body: string) {
      ctx.status = status;
      ctx.type = type;
      ctx.body = body;
    }
  });
  // The library's prototype is the one place where a token can be spoilt after its claims and before its signature.
  const prototype = (provider as unknown as { IdToken: { prototype: IdToken } }).IdToken.prototype;
  const { issue } = prototype;
  prototype.issue = async function (options) {
    const accountId = this.available.sub;
    const scenario = accountId ? visits.identified(accountId)?.scenario : undefined;
    if (options.use === 'idtoken' && scenario) spoil(this, scenario);
    return issue.call(this, options);
  };
  return provider;
}

function spoil(token: IdToken, scenario: Scenario): void {
  const hourAgo = Math.floor(Date.now() / 1000) - 3600;
  if (scenario === 'wrong-nonce') token.set('nonce', 'a-nonce-of-somebody-else');
  if (scenario === 'wrong-level') token.set('acr', 'http://ftn.ficora.fi/2017/loatest1');
  if (scenario === 'stale') token.set('auth_time', hourAgo);
  if (scenario === 'wrong-audience') token.client = changed(token.client, { clientId: 'somebody-else' });
  if (scenario === 'unencrypted') token.client = changed(token.client, { idTokenEncryptedResponseEnc: undefined });
}

function changed<T extends object>(client: T, values: Record<string, unknown>): T {
  return new Proxy(client, {
    get: (target, key) => (typeof key === 'string' && key in values ? values[key] : Reflect.get(target, key, target)),
  });
}
