/**
 * The accessibility statement and its form (Finnish Act 306/2019: whoever meets a barrier can say so without signing in).
 * What is written goes by mail to the support of the service and is kept nowhere else; no log and no audit record has it.
 */
import type { Context } from 'koa';
import { z } from 'zod';
import { emailFingerprint } from '../accounts/email-address.ts';
import { readEmailField } from '../accounts/email-form.ts';
import { accountClientId } from '../config/own-clients.ts';
import type { Deps } from '../deps.ts';
import { RequestRefused } from '../errors.ts';
import { composeMail } from '../mail/messages.ts';
import { feedbackWait } from '../secrets/limits.ts';
import { browserOf } from './browser.ts';
import { assertOwnForm } from './csrf.ts';
import { backToPage, formOf } from './form.ts';
import { ownFormsOnly } from './headers.ts';
import { localeNames } from './locale.ts';
import { networkOf } from './network.ts';
import { ownPath } from './own-path.ts';
import type { Pages } from './pages.ts';
import { serviceFrame } from './service-frame.ts';
import { type StatementDeps, type StatementPlace, statementPages, statementPlace } from './statements.ts';
import type { FormError } from './views.ts';

export type FeedbackDeps = StatementDeps &
  Pick<Deps, 'storage' | 'keyring' | 'clock' | 'random'> & { readonly pages: Pages };

/** Its forms are nobody's but this browser's: what makes the token of one page good on the other harms nobody. */
const csrfScope = 'accessibility-feedback';
const maxLetters = 2_000;
/** The support's server may be away over a weekend. */
const mailLifeMs = 7 * 86_400_000;

const schema = z.object({ message: z.string(), email: z.string() });
type Feedback = z.output<typeof schema>;

/** What is wrong with it; none = it can be sent. */
function errorsOf({ message, email }: Feedback): readonly FormError[] {
  const errors: FormError[] = [];
  if (message.trim() === '') errors.push({ field: 'message', text: { key: 'error.message-required' } });
  if (message.length > maxLetters)
    errors.push({ field: 'message', text: { key: 'error.message-too-long', params: { max: maxLetters } } });
  const read = email.trim() === '' ? null : readEmailField(email);
  if (read && !read.ok) errors.push(read.error);
  return errors;
}

async function sendToSupport(deps: FeedbackDeps, place: StatementPlace, { message, email }: Feedback): Promise<void> {
  const { config, keyring, clock, storage } = deps;
  const { client, locale } = place;
  // Support reads the client's own language; what was written is told to be in another one.
  const mailLocale = client?.defaultLocale ?? 'fi';
  const { name, support } = serviceFrame(config, client, mailLocale);
  const model = {
    service: name,
    lines: message.split(/[\r\n]+/).flatMap((line) => line.trim() || []),
    replyTo: email.trim() === '' ? null : email.trim(),
    language: localeNames[locale],
  };
  const mail = composeMail(deps, {
    message: 'accessibility-feedback',
    model,
    to: support.email,
    emailFingerprint: emailFingerprint(keyring, { canonical: support.email.toLowerCase() }),
    accountId: null,
    client: client ?? { id: accountClientId },
    locale: mailLocale,
    expiresAt: clock.now() + mailLifeMs,
  });
  await storage.outbox.add([mail]);
}

export function feedbackPages(deps: FeedbackDeps) {
  const { pages, config, keyring } = deps;
  const { ledAway } = statementPages(deps);
  const show = (ctx: Context, place: StatementPlace, typed: Feedback, errors: readonly FormError[]): void => {
    const { own, backHref } = place;
    const { accessibilityDated: dated } = config.operator;
    ownFormsOnly(ctx);
    pages.send(ctx, 'pages/accessibility', { own, dated, backHref, ...typed }, { ...place, csrfScope, errors });
  };
  return {
    accessibility: (ctx: Context): void => {
      const place = statementPlace(deps, ctx, 'accessibility');
      if (ledAway(ctx, 'accessibility', place)) return;
      const { sent } = ctx.query;
      const { backHref, keptQuery } = place;
      if (sent !== '1') show(ctx, place, { message: '', email: '' }, []);
      else pages.send(ctx, 'pages/accessibility-thanks', { backHref }, { ...place, keptQuery: `&sent=1${keptQuery}` });
    },
    sendFeedback: async (ctx: Context): Promise<void> => {
      const place = statementPlace(deps, ctx, 'accessibility');
      const wayOn = backToPage(ctx);
      const body = formOf(ctx);
      const browser = browserOf(ctx);
      assertOwnForm(ctx, { keyring, issuer: config.issuer, browser, scope: csrfScope, token: body.csrf, wayOn });
      const parsed = schema.safeParse(body);
      if (!parsed.success) {
        const malformed = { title: 'page.malformed-title', body: 'page.malformed-body' } as const;
        throw new RequestRefused(400, 'field-missing', malformed, wayOn);
      }
      const errors = errorsOf(parsed.data);
      if (errors.length > 0) {
        ctx.status = 422;
        return show(ctx, place, parsed.data, errors);
      }
      const wait = await feedbackWait(deps, networkOf(ctx));
      if (wait !== null) {
        ctx.status = 429;
        ctx.set('Retry-After', String(wait));
        const text = { key: 'page.too-many-body', params: { minutes: Math.ceil(wait / 60) } } as const;
        return show(ctx, place, parsed.data, [{ field: null, text }]);
      }
      await sendToSupport(deps, place, parsed.data);
      ctx.redirect(`${ownPath(ctx)}?sent=1`);
      ctx.status = 303;
    },
  };
}
