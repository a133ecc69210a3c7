/** "My data": everything that is held about the person, on a page and as a file. */
import type { Context } from 'koa';
import type { Locale } from '../http/locale.ts';
import { ownIdentityCode } from '../lifecycle/own-identity-code.ts';
import { personalData, recordDownload } from '../lifecycle/personal-data.ts';
import type { SessionFacts } from '../storage/rows.ts';
import { defineAccountPage } from './account-page.ts';
import { accountPlace } from './account-place.ts';
import { type OwnPagesDeps, type SignedIn, signedIn } from './session-guard.ts';

const path = '/account/data';
const filePath = '/account/data.json';
const codePath = '/account/data/identity-code';
const codeFilePath = '/account/data/with-identity-code.json';

async function sessionsOf(
  deps: OwnPagesDeps,
  { account }: Pick<SignedIn, 'account'>,
): Promise<readonly SessionFacts[]> {
  const uids = await deps.interactions.sessionUidsOf(account.id);
  const rows = await Promise.all(uids.map((uid) => deps.storage.sessions.get(uid)));
  return rows.filter((row) => row !== null).filter((row) => row.accountId === account.id);
}

function countyNames({ config }: Pick<OwnPagesDeps, 'config'>, locale: Locale): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(config.rosters).flatMap(([roster, { counties }]) =>
      Object.entries(counties).map(([county, { name }]) => [`${roster}|${county}`, name[locale]]),
    ),
  );
}

export const data = defineAccountPage({
  path,
  view: 'account/data',
  fresh: true,
  section: { title: 'data.title', summary: () => ({ key: 'data.summary' }) },
  show: async (context) => {
    const { deps, account, locale } = context;
    const services = [...deps.clients.values()].map(({ id, name }) => [id, name[locale]] as const);
    return {
      data: await personalData(deps, account, await sessionsOf(deps, context)),
      serviceNames: Object.fromEntries(services),
      countyNames: countyNames(deps, locale),
      fileHref: filePath,
      codeHref: account.identity === null ? null : codePath,
      activityHref: '/account/activity',
    };
  },
});

/** The way to the file with the identity code: only for whoever was identified minutes ago. */
export const dataCode = defineAccountPage({
  path: codePath,
  view: 'account/data-code',
  fresh: 'identified',
  show: () => ({ fileHref: codeFilePath, dataHref: path }),
});

function sendFile(ctx: Context, body: object): void {
  ctx.status = 200;
  ctx.type = 'json';
  ctx.set('Content-Disposition', 'attachment; filename="avain-data.json"');
  ctx.body = `${JSON.stringify(body, null, 2)}\n`;
}

/** Files are no pages: whoever must prove something first comes back to the page that leads to them. */
export const dataFiles: Readonly<Record<string, (deps: OwnPagesDeps) => (ctx: Context) => Promise<void>>> = {
  [filePath]: (deps) => async (ctx) => {
    const person = await signedIn(deps, ctx, accountPlace, { page: path, fresh: true });
    if (person === null) return;
    if (ctx.method !== 'HEAD') await recordDownload(deps, person.account.id);
    sendFile(ctx, await personalData(deps, person.account, await sessionsOf(deps, person)));
  },
  [codeFilePath]: (deps) => async (ctx) => {
    const person = await signedIn(deps, ctx, accountPlace, { page: codePath, fresh: 'identified' });
    if (person === null) return;
    const { account } = person;
    const copy = await personalData(deps, account, await sessionsOf(deps, person));
    const code = ctx.method === 'HEAD' ? null : await ownIdentityCode(deps, account);
    sendFile(ctx, { ...copy, identity: { ...copy.identity, code } });
  },
};
