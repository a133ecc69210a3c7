import type { RouterMiddleware } from '@koa/router';
import type { ViewName } from '../../http/views.ts';
import { isOwnerPage } from '../../links/owner.ts';
import { comeBack, placeClient } from '../../self-service/session-guard.ts';
import { type AdminPage, type AdminPagesDeps, showAdminPage, submitAdminPage } from './admin-page.ts';
import { adminPlace } from './admin-place.ts';
import { home } from './home.ts';
import { personActionPages } from './people/action-pages.ts';
import { find } from './people/find.ts';
import { person } from './people/person.ts';
import { confirmRelinking, relinkings } from './people/relinkings.ts';
import { resendPage } from './people/resend.ts';
import { accountTimeline, referenceTimeline } from './people/timelines.ts';
import { audit } from './service/audit.ts';
import { charts } from './service/charts.ts';
import { clients, reloadClients } from './service/clients.ts';
import { keys, rotateKeys } from './service/keys.ts';
import { mails, retryMail } from './service/mails.ts';
import { giveRole, staff } from './service/staff.ts';
import { live, rosters } from './service/state.ts';

/** Each as it is, whatever its view: only it knows its own. */
type AnyPage = ReturnType<typeof mounted>;
const mounted = <View extends ViewName>(page: AdminPage<View>) => ({
  path: page.path,
  opens: page.opens,
  show: (deps: AdminPagesDeps) => showAdminPage(deps, page),
  submit: page.submit ? (deps: AdminPagesDeps) => submitAdminPage(deps, page) : null,
});

/** In the order of the sections. */
export const adminPages: readonly AnyPage[] = [
  mounted(home),
  mounted(find),
  mounted(resendPage),
  mounted(person),
  mounted(giveRole),
  mounted(accountTimeline),
  mounted(referenceTimeline),
  ...personActionPages.map(mounted),
  mounted(relinkings),
  mounted(confirmRelinking),
  mounted(live),
  mounted(charts),
  mounted(reloadClients),
  mounted(clients),
  mounted(rosters),
  mounted(keys),
  mounted(rotateKeys),
  mounted(mails),
  mounted(retryMail),
  mounted(staff),
  mounted(audit),
];

type Routes = {
  get(path: string, ...middleware: RouterMiddleware[]): unknown;
  post(path: string, ...middleware: RouterMiddleware[]): unknown;
};

/** As the router matches it: a part that is named stands for anything without a slash. */
const patterns = adminPages.map(({ path }) => new RegExp(`^${path.replaceAll(/:\w+/g, '[\\w.-]{1,128}')}$`));

/** Where a sign-in may come back to: any of these pages, or that of the owner's link. */
const isAdminPage = (path: string): boolean => isOwnerPage(path) || patterns.some((pattern) => pattern.test(path));

export function adminPageRoutes(router: Routes, deps: AdminPagesDeps, form: RouterMiddleware): void {
  const root = adminPlace.path;
  router.get(`${root}/return`, comeBack(deps, adminPlace, { has: isAdminPage }));
  router.get(`${root}/signed-out`, (ctx) => {
    ctx.status = 200;
    const model = { returnHref: null, stillSignedIn: false };
    deps.pages.send(ctx, 'pages/signed-out', model, { client: placeClient(deps, adminPlace) });
  });
  for (const page of adminPages) {
    router.get(page.path, page.show(deps));
    if (page.submit) router.post(page.path, form, page.submit(deps));
  }
}
