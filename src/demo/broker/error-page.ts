import type { Context } from 'koa';
import { html } from '../html.ts';
import { languageOf } from '../language.ts';
import { brokerPage } from './layout.ts';
import { texts } from './texts.ts';

/** Answers an invalid request on a page of the broker's own; the status is the caller's. */
export function showError(ctx: Context, error: string, description: string | undefined): void {
  const language = languageOf(ctx, 'broker');
  const { errorTitle, errorIntro } = texts[language];
  const body = html`<p>${errorIntro}</p>\n<p><code lang="en">${error}${description ? `: ${description}` : ''}</code></p>`;
  ctx.type = 'html';
  ctx.body = brokerPage({ language, title: errorTitle, path: null, body });
}
