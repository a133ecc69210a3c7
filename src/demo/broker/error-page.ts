import type { Context } from 'koa';
import type { Provider } from 'oidc-provider';
import { html } from '../html.ts';
import { languageOf } from '../language.ts';
import type { DialectRules } from './dialect-rules.ts';
import { brokerPage } from './layout.ts';
import { texts } from './texts.ts';

/** Answers an invalid request on a page of the broker's own; the status is the caller's. */
export function showError(ctx: Context, error: string, description: string | undefined): void {
  const language = languageOf(ctx, 'broker');
  const { errorTitle, errorIntro } = texts[language];
  const body = html`<p>${errorIntro}</p>\n<p><code>${error}${description ? `: ${description}` : ''}</code></p>`;
  ctx.type = 'html';
  ctx.body = brokerPage({ language, title: errorTitle, path: null, body });
}

const unreturned: ReadonlySet<string | null> = new Set(['invalid_request', 'invalid_request_object']);

/**
 * Makes an unsigned, forged or incomplete request end here, as OP and Telia do: the library would send it back to the
 * one redirect URI it knows, and a service that relies on that would hang at the real brokers.
 */
export function withoutReturnForInvalidRequests(provider: Provider, { paths }: DialectRules): Provider {
  provider.use(async (ctx, next) => {
    await next();
    const location = ctx.path === paths.authorization ? ctx.response.get('location') : '';
    if (!URL.canParse(location)) return;
    const { searchParams } = new URL(location);
    const error = searchParams.get('error');
    if (error === null || !unreturned.has(error)) return;
    ctx.remove('location');
    ctx.status = 400;
    showError(ctx, error, searchParams.get('error_description') ?? undefined);
  });
  return provider;
}
