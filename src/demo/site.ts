import Koa from 'koa';
import { stylesheet, stylesheetPath } from './pages.ts';

// No form-action: Chromium checks every hop of a form's redirect chain, and signing out goes on to Avain.
const contentSecurityPolicy =
  "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/**
 * A Koa application with what all demo programs share: security headers, the stylesheet, no caching, no forms from
 * other sites. `referrerPolicy` is `no-referrer` where addresses or their content are secret.
 */
export function createSite(referrerPolicy: 'same-origin' | 'no-referrer'): Koa {
  const app = new Koa();
  app.on('error', (error: unknown) => console.error(error));
  app.use(async (ctx, next) => {
    ctx.set({
      'Content-Security-Policy': contentSecurityPolicy,
      'Referrer-Policy': referrerPolicy,
      'X-Content-Type-Options': 'nosniff',
      'Cache-Control': 'no-store',
    });
    if (ctx.path !== stylesheetPath) return next();
    ctx.set('Cache-Control', 'max-age=60');
    ctx.type = 'css';
    ctx.body = stylesheet;
  });
  return app;
}

/**
 * True when a browser says that this request came from a page of another origin. All ports of localhost are one site,
 * so SameSite cookies do not tell the programs of the demo world apart.
 */
export function fromAnotherOrigin(get: (header: string) => string, ownOrigin: string): boolean {
  const fetchSite = get('Sec-Fetch-Site');
  if (fetchSite !== '') return fetchSite !== 'same-origin' && fetchSite !== 'none';
  const origin = get('Origin');
  return origin !== '' && origin !== ownOrigin;
}
