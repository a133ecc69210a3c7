import type { RouterMiddleware } from '@koa/router';
import { comeBack, type OwnPagesDeps, placeClient } from '../self-service/session-guard.ts';
import { add } from './add.ts';
import { entry, remove } from './entry.ts';
import { sendExport } from './export.ts';
import { importPage, submitImport } from './import.ts';
import { list } from './list.ts';
import { lists } from './lists.ts';
import { enterList, enterStaff, showStaffPage, staffPlace, submitStaffPage } from './staff-page.ts';
import { upload } from './upload.ts';

type Routes = {
  get(path: string, ...middleware: RouterMiddleware[]): unknown;
  post(path: string, ...middleware: RouterMiddleware[]): unknown;
};

const name = '[a-z0-9][a-z0-9-]{0,63}';
const below = String.raw`/(?:add|import(?:/[\w-]{1,64})?|entries/[\w-]{1,64}(?:/remove)?)`;
/** Where a sign-in may come back to: any page that can be shown to somebody; whose it is, the page says. */
const isStaffPage = new RegExp(`^${staffPlace.path}(?:/${name}/${name}(?:${below})?)?$`);

export function staffRoutes(router: Routes, deps: OwnPagesDeps, form: RouterMiddleware): void {
  const root = staffPlace.path;
  const one = `${root}/:roster/:county`;
  router.get(root, showStaffPage(deps, enterStaff, lists));
  router.post(root, form, submitStaffPage(deps, enterStaff, lists));
  router.get(`${root}/return`, comeBack(deps, staffPlace, { has: (path) => isStaffPage.test(path) }));
  router.get(`${root}/signed-out`, (ctx) => {
    ctx.status = 200;
    const model = { returnHref: null, stillSignedIn: false };
    deps.pages.send(ctx, 'pages/signed-out', model, { client: placeClient(deps, staffPlace) });
  });
  router.get(one, showStaffPage(deps, enterList, list));
  router.post(one, form, submitStaffPage(deps, enterList, list));
  router.get(`${one}/add`, showStaffPage(deps, enterList, add));
  router.post(`${one}/add`, form, submitStaffPage(deps, enterList, add));
  router.get(`${one}/entries/:id`, showStaffPage(deps, enterList, entry));
  router.post(`${one}/entries/:id`, form, submitStaffPage(deps, enterList, entry));
  router.get(`${one}/entries/:id/remove`, showStaffPage(deps, enterList, remove));
  router.post(`${one}/entries/:id/remove`, form, submitStaffPage(deps, enterList, remove));
  router.get(`${one}/import`, showStaffPage(deps, enterList, importPage));
  // Reads its own body: a file.
  router.post(`${one}/import`, submitImport(deps));
  router.get(`${one}/import/:upload`, showStaffPage(deps, enterList, upload));
  router.post(`${one}/import/:upload`, form, submitStaffPage(deps, enterList, upload));
  router.get(`${one}/export`, sendExport(deps));
}
