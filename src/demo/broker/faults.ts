import { Readable } from 'node:stream';
import type { Context } from 'koa';
import type { Provider } from 'oidc-provider';
import type { DialectRules } from './dialect-rules.ts';
import type { Visits } from './visits.ts';

const slowMs = 30_000;
const hugeBytes = 100 * 1024 * 1024;

/** Makes the token endpoint fail as the person chose on the page; without a choice it behaves. */
export function withEndpointFaults(provider: Provider, { paths }: DialectRules, visits: Visits): Provider {
  provider.use(async (ctx, next) => {
    await next();
    if (ctx.path !== paths.token || ctx.status !== 200) return;
    const accountId = ctx.oidc?.entities.Account?.accountId;
    const scenario = accountId ? visits.identified(accountId)?.scenario : undefined;
    if (scenario === 'token-400') answer(ctx, 400, 'application/json', '{"error":"invalid_request"}');
    if (scenario === 'token-500') answer(ctx, 500, 'application/json', '{"error":"server_error"}');
    if (scenario === 'token-html')
      answer(ctx, 200, 'text/html', '<!DOCTYPE html><title>Huoltokatko</title>Huoltokatko');
    if (scenario === 'token-huge') answer(ctx, 200, 'application/json', Readable.from(hugeJson()));
    if (scenario === 'token-slow') await new Promise((resolve) => setTimeout(resolve, slowMs).unref());
    if (scenario === 'token-redirects') {
      answer(ctx, 307, 'text/plain', '');
      ctx.set('Location', ctx.href);
    }
  });
  return provider;
}

function answer(ctx: Context, status: number, type: string, body: string | Readable): void {
  ctx.status = status;
  ctx.type = type;
  ctx.body = body;
}

/** A valid document of 100 MB, made while it is read: neither side needs to hold it. */
function* hugeJson(): Generator<string> {
  const piece = 'x'.repeat(64 * 1024);
  yield '{"padding":"';
  for (let sent = 0; sent < hugeBytes; sent += piece.length) yield piece;
  yield '"}';
}
