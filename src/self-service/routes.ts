/**
 * /account: what a person can see and change of their own account (journey.md §6). One file per page; a page is a line in
 * `pages`. What each page changes lies with what it is about (accounts/, factors/, lifecycle/), not here.
 */
import type { RouterMiddleware } from '@koa/router';
import { type AccountPage, showAccountPage, submitAccountPage } from './account-page.ts';
import { accountPlace } from './account-place.ts';
import { overview } from './overview.ts';
import { comeBack, type OwnPagesDeps } from './session-guard.ts';

const pages: readonly AccountPage[] = [overview];

type Routes = {
  get(path: string, ...middleware: RouterMiddleware[]): unknown;
  post(path: string, ...middleware: RouterMiddleware[]): unknown;
};

export function accountRoutes(router: Routes, deps: OwnPagesDeps, form: RouterMiddleware): void {
  const { path } = accountPlace;
  router.get(`${path}/return`, comeBack(deps, accountPlace, new Set(pages.map((page) => page.path))));
  for (const page of pages) {
    router.get(page.path, showAccountPage(deps, page));
    if (page.hasForm) router.post(page.path, form, submitAccountPage(deps, page));
  }
}
