import { z } from 'zod';
import type { BrowserHash } from '../ids.ts';
import { type AccountContext, type AccountOutcome, defineAccountPage } from './account-page.ts';
import { devicesOf } from './device-list.ts';
import { pageAsked, pagingOf, skipOf } from './paging.ts';

const devicesAPage = 20;

const form = z.union([
  z.object({ action: z.literal('sign-out-others') }),
  z.object({ action: z.enum(['sign-out', 'forget']), device: z.string() }),
]);

async function record({ deps, account, client }: AccountContext, event: 'sessions.ended', count: number) {
  const common = { at: deps.clock.now(), accountId: account.id, clientId: client.id, journeyId: null };
  await deps.storage.audit.append({ ...common, event, details: { count } });
}

async function endOthers(context: AccountContext): Promise<void> {
  const { deps, ctx, account, browser } = context;
  const devices = await devicesOf(deps, account, browser);
  const uids = devices.flatMap((device) => device.uids).filter((uid) => uid !== context.session.uid);
  await record(context, 'sessions.ended', uids.length);
  await deps.interactions.endOtherSessions(ctx, account.id);
}

/** The next sign-in with it is one on a new device again. */
async function forget({ deps, account, client }: AccountContext, browser: BrowserHash): Promise<void> {
  await deps.storage.accounts.update(account.id, (current) => {
    const devices = current.devices.filter((device) => device.browser !== browser);
    if (devices.length === current.devices.length) return null;
    const common = { at: deps.clock.now(), accountId: account.id, clientId: client.id, journeyId: null };
    const audit = { ...common, event: 'device.forgotten', details: {} } as const;
    return { account: { ...current, devices }, effects: { audit: [audit] } };
  });
}

/** Never the browser at hand: signing out here is the overview's button. */
async function act(context: AccountContext, input: z.infer<typeof form>): Promise<AccountOutcome> {
  const { deps, account, browser } = context;
  const path = '/account/devices';
  if (input.action === 'sign-out-others') {
    await endOthers(context);
    return { kind: 'done', path, done: 'devices-out' };
  }
  const devices = await devicesOf(deps, account, browser);
  const device = devices.find(({ ref }) => ref === input.device);
  const done = input.action === 'forget' ? 'device-forgotten' : 'device-out';
  // One that is on no list any more is what was asked for.
  if (device === undefined || device.browser === browser) return { kind: 'done', path, done };
  if (input.action === 'forget') await forget(context, device.browser);
  if (device.uids.length > 0) await record(context, 'sessions.ended', device.uids.length);
  await deps.interactions.endSessionsByUid(account.id, new Set(device.uids));
  return { kind: 'done', path, done };
}

export const devices = defineAccountPage({
  path: '/account/devices',
  view: 'account/devices',
  fresh: false,
  section: {
    title: 'devices.title',
    summary: ({ account }) => ({ key: 'devices.summary', params: { count: account.devices.length } }),
  },
  form,
  show: async ({ deps, ctx, account, browser }) => {
    const all = await devicesOf(deps, account, browser);
    const page = pageAsked(ctx);
    const found = all.slice(skipOf(page, devicesAPage));
    return {
      devices: found.slice(0, devicesAPage).map(({ uids, browser: own, ...device }) => ({
        ...device,
        here: own === browser,
        signedIn: uids.length > 0,
      })),
      othersSignedIn: all.some((device) => device.browser !== browser && device.uids.length > 0),
      paging: pagingOf(page, found.length, devicesAPage),
    };
  },
  submit: act,
});
