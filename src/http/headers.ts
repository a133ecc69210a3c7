/** Security headers, the same on every answer (security R53); pages loosen only what they name here. */
import type { Context, Middleware } from 'koa';
import helmet from 'koa-helmet';

/**
 * No `form-action`: Chromium checks every hop of the redirect chain after a POST, and the way back to a client leads to
 * another origin (decisions.md §6). The library adds the hash of its own script to `script-src`.
 */
const directives = {
  defaultSrc: ["'none'"],
  styleSrc: ["'self'"],
  scriptSrc: ["'self'"],
  imgSrc: ["'self'", 'data:'],
  connectSrc: ["'self'"],
  baseUri: ["'none'"],
  frameAncestors: ["'none'"],
};

export function securityHeaders({ issuer }: { readonly issuer: string }): Middleware {
  const https = issuer.startsWith('https:');
  const protect = helmet({
    contentSecurityPolicy: { useDefaults: false, directives },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    // Discovery, keys and tokens are fetched by pages of other origins.
    crossOriginResourcePolicy: { policy: 'cross-origin' },
    // Under `no-referrer` Chromium sends `Origin: null` with our own forms.
    referrerPolicy: { policy: 'same-origin' },
    hsts: https ? { maxAge: 63_072_000, includeSubDomains: false } : false,
    xFrameOptions: { action: 'deny' },
  });
  const always = headersSetBy(protect);
  return async (ctx, next) => {
    // Personal pages everywhere; what may be kept (assets, keys) says so itself.
    ctx.res.setHeader('Cache-Control', 'no-store');
    for (const [name, value] of await always) ctx.res.setHeader(name, value);
    return next();
  };
}

/** What helmet sets is the same for every request: it is asked once, not a dozen functions each time. */
async function headersSetBy(protect: ReturnType<typeof helmet>): Promise<ReadonlyMap<string, string>> {
  const headers = new Map<string, string>();
  const res = {
    setHeader: (name: string, value: string) => headers.set(name, value),
    removeHeader: (name: string) => headers.delete(name),
  };
  // A cast: of a context helmet uses nothing but these two functions.
  await protect({ req: {}, res } as unknown as Context, async () => {});
  return headers;
}

/** For pages reached by a secret link, until the address is clean. */
export function noReferrer(ctx: Pick<Context, 'set'>): void {
  ctx.set('Referrer-Policy', 'no-referrer');
}

/** Nothing on this page is ever sent elsewhere. */
export function ownFormsOnly(ctx: Context): void {
  const policy = ctx.response.get('Content-Security-Policy');
  ctx.set('Content-Security-Policy', `${policy};form-action 'self'`);
}
