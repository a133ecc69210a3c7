/** /integrator, in the development profile only: the last requests of each client, as a page and as JSON. */
import type { RouterMiddleware } from '@koa/router';
import type { Context } from 'koa';
import type { Deps } from '../deps.ts';
import { RequestRefused } from '../errors.ts';
import type { IntegratorModel } from '../http/integrator-models.ts';
import type { Pages } from '../http/pages.ts';
import type { TextKey } from '../http/texts.ts';
import { consoleHref, consolePath } from './console-href.ts';
import type { Finding } from './finding-names.ts';
import { endpoints } from './observed.ts';
import { kept, type RecentRequest, type RecentRequests } from './recent-requests.ts';

type ConsoleDeps = Pick<Deps, 'texts' | 'config'> & { readonly pages: Pages };
type Routes = { get(path: string, ...middleware: RouterMiddleware[]): unknown };

const textOf = ({ name, params }: Finding) =>
  ({ key: `integrator.finding.${name}` satisfies TextKey as TextKey, params }) as const;

/** `?client=oima` = of that one, `?client=` = of none that there is. */
function asked({ query }: Context): string | null | undefined {
  const { client } = query;
  return typeof client === 'string' ? client || null : undefined;
}

function modelOf(recent: RecentRequests, clientId: string | null | undefined): IntegratorModel {
  const seen = [...new Set(recent.list().map((request) => request.clientId))].sort();
  const one = (id: string | null) => ({ clientId: id, href: consoleHref(id), current: id === clientId });
  return {
    kept,
    allHref: clientId === undefined ? null : consolePath,
    clients: seen.map(one),
    requests: recent.list(clientId).map(({ endpoint, findings, ...request }) => ({
      ...request,
      address: endpoints[endpoint],
      findings: findings.map((finding) => ({ kind: finding.kind, text: textOf(finding) })),
    })),
  };
}

/** In English, with the stable names of the findings. */
function asJson({ findings, endpoint, at, ...request }: RecentRequest, texts: Deps['texts']) {
  return {
    at: new Date(at).toISOString(),
    address: endpoints[endpoint],
    ...request,
    documentation: request.error && `docs/errors.md#${request.error}`,
    findings: findings.map((finding) => {
      const { key, params } = textOf(finding);
      return { kind: finding.kind, name: finding.name, text: texts.t('en', key, params) };
    }),
  };
}

const elsewhere = { title: 'page.not-found-title', body: 'page.not-found-body' } as const;

/**
 * A page elsewhere that has its own name point at this machine would be of our origin to the browser, and read what stands
 * here (DNS rebinding): only who asks for us by our own name is answered.
 */
function ownHostOnly(issuer: string): RouterMiddleware {
  const { host } = new URL(issuer);
  return async (ctx, next) => {
    // As it came: `ctx.host` is the public address, whatever was asked for (http/public-address.ts).
    if (ctx.get('Host') !== host) throw new RequestRefused(421, 'integrator-host', elsewhere);
    await next();
  };
}

export function integratorRoutes(router: Routes, { pages, texts, config }: ConsoleDeps, recent: RecentRequests): void {
  const ours = ownHostOnly(config.issuer);
  router.get(consolePath, ours, (ctx) => {
    const clientId = asked(ctx);
    const keptQuery = clientId === undefined ? '' : `&client=${encodeURIComponent(clientId ?? '')}`;
    ctx.status = 200;
    pages.send(ctx, 'integrator/requests', modelOf(recent, clientId), { keptQuery });
  });
  router.get(`${consolePath}.json`, ours, (ctx) => {
    ctx.body = { kept, requests: recent.list(asked(ctx)).map((request) => asJson(request, texts)) };
  });
}
