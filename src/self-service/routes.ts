/**
 * /account: what a person can see and change of their own account (journey.md §6). One file per page; a page is a line in
 * `pages`, and the overview lists those that have a `section`, in this order. What each page changes lies with what it is
 * about (accounts/, factors/, lifecycle/), not here.
 */
import type { RouterMiddleware } from '@koa/router';
import { type AccountPage, showAccountPage, submitAccountPage } from './account-page.ts';
import { accountPlace } from './account-place.ts';
import { activity } from './activity.ts';
import { addPasskeyPage } from './add-passkey.ts';
import { addressChange } from './address-change.ts';
import { apps } from './apps.ts';
import { authenticator } from './authenticator.ts';
import { data, dataCode, dataFiles } from './data.ts';
import { deletePage, deletionWaitsPath } from './delete.ts';
import { devices } from './devices.ts';
import { email } from './email.ts';
import { factors } from './factors.ts';
import { identity, unlink } from './identity.ts';
import { overviewOf } from './overview.ts';
import { password } from './password.ts';
import { profile } from './profile.ts';
import { recoveryCodes } from './recovery-codes.ts';
import { comeBack, type OwnPagesDeps, placeClient } from './session-guard.ts';
import { terms } from './terms.ts';

const pages: readonly AccountPage[] = [
  profile,
  addressChange,
  email,
  password,
  devices,
  apps,
  identity,
  unlink,
  factors,
  terms,
  activity,
  data,
  deletePage,
];

/** Below the section that leads there. */
const lowerPages: readonly AccountPage[] = [authenticator, addPasskeyPage, recoveryCodes, dataCode];

export const accountPages: readonly AccountPage[] = [overviewOf(pages), ...pages, ...lowerPages];

type Routes = {
  get(path: string, ...middleware: RouterMiddleware[]): unknown;
  post(path: string, ...middleware: RouterMiddleware[]): unknown;
};

export function accountRoutes(router: Routes, deps: OwnPagesDeps, form: RouterMiddleware): void {
  const { path } = accountPlace;
  router.get(`${path}/return`, comeBack(deps, accountPlace, new Set(accountPages.map((page) => page.path))));
  router.get(`${path}/signed-out`, (ctx) => {
    ctx.status = 200;
    const model = { returnHref: null, stillSignedIn: false };
    deps.pages.send(ctx, 'pages/signed-out', model, { client: placeClient(deps, accountPlace) });
  });
  router.get(deletionWaitsPath, (ctx) => {
    ctx.status = 200;
    deps.pages.send(ctx, 'pages/deletion-waits', {}, { client: placeClient(deps, accountPlace) });
  });
  for (const [file, sendTo] of Object.entries(dataFiles)) router.get(file, sendTo(deps));
  // A Well-Known URL for Changing Passwords (W3C): temporary, so that password managers ask again; 302 as its tests expect.
  router.get('/.well-known/change-password', (ctx) => ctx.redirect(password.path));
  for (const page of accountPages) {
    router.get(page.path, showAccountPage(deps, page));
    if (page.hasForm) router.post(page.path, form, submitAccountPage(deps, page));
  }
}
