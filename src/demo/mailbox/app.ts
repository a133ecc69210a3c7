import Router from '@koa/router';
import type Koa from 'koa';
import type { Context } from 'koa';
import { languageOf } from '../language.ts';
import { createSite, fromAnotherOrigin } from '../site.ts';
import type { Mailbox } from './mailbox.ts';
import { listPage, messagePage, missingPage } from './pages.ts';

// Nothing in a mail may run or load; its links lead out of the frame.
const mailPolicy =
  "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation; default-src 'none'; " +
  "style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'";

/** The mailbox's pages and its JSON: list, one mail, empty. `origin` is where browsers see it. */
export function createMailboxApp(mailbox: Mailbox, origin: string): Koa {
  // Mails carry secret links: the page must not tell its own address or theirs to anybody.
  const app = createSite('no-referrer');
  const router = new Router();
  router.get('/', (ctx) => {
    const address = addressOf(ctx);
    ctx.body = listPage(languageOf(ctx, 'mailbox'), mailbox.list(address), address);
  });
  router.get('/messages/:id', (ctx) => {
    const message = mailbox.find(ctx.params['id'] ?? '');
    const language = languageOf(ctx, 'mailbox');
    ctx.status = message === undefined ? 404 : 200;
    ctx.body = message === undefined ? missingPage(language) : messagePage(language, message);
  });
  router.get('/messages/:id/html', (ctx) => {
    const message = mailbox.find(ctx.params['id'] ?? '');
    if (message === undefined) return;
    ctx.set('Content-Security-Policy', mailPolicy);
    ctx.type = 'html';
    ctx.body = leadingOut(message.html);
  });
  router.post('/empty', async (ctx) => {
    if (fromAnotherOrigin((header) => ctx.get(header), origin)) ctx.throw(403);
    await mailbox.empty();
    ctx.status = 303;
    ctx.redirect('/');
  });
  router.get('/api/messages', (ctx) => {
    ctx.body = mailbox.list(addressOf(ctx));
  });
  router.delete('/api/messages', async (ctx) => {
    if (fromAnotherOrigin((header) => ctx.get(header), origin)) ctx.throw(403);
    await mailbox.empty();
    ctx.status = 204;
  });
  app.use(router.routes());
  app.use(router.allowedMethods());
  return app;
}

/** Links of a mail without a target of their own open in place of the whole page, not inside the frame. */
function leadingOut(document: string): string {
  const base = '<base target="_top">';
  const head = /<head\b[^>]*>/i;
  return head.test(document) ? document.replace(head, (tag) => tag + base) : `<!DOCTYPE html>${base}${document}`;
}

function addressOf(ctx: Context): string | undefined {
  const to = ctx.query['to'];
  if (typeof to !== 'string' || to.trim() === '') return undefined;
  // An address holds no space: this one was a plus sign that somebody did not encode.
  return to.trim().replaceAll(' ', '+');
}
