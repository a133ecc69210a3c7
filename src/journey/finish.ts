/** The end of a journey: once, with what was proved, or with an OAuth error for the client. */

import type { Context } from 'koa';
import type { Account } from '../accounts/account.ts';
import { isKnownDevice, withDevice } from '../accounts/account-rules.ts';
import { withoutPastAddresses } from '../accounts/previous-addresses.ts';
import { sealDetails } from '../audit/sealed-details.ts';
import { deviceLookOf } from '../http/device-look.ts';
import { composeNotice } from '../notices/notice.ts';
import type { Change } from '../storage/ports.ts';
import { acrOf } from './acr.ts';
import { countEnd } from './count-rungs.ts';
import type { InteractionRequest, Runner } from './interaction-request.ts';
import type { InteractionResult } from './interactions.ts';
import type { Done } from './next-step.ts';

const secondMs = 1_000;
/** Within this a device's last visit is not worth a write of its own. */
const sameVisitMs = 60_000;

/** When the newest proof of this journey was made; null = nothing was proved in it. */
function provedAt({ context }: InteractionRequest): number | null {
  const { passwordAt, factor, codeAt, identity } = context.facts.journey;
  const times = [passwordAt, factor?.at ?? null, codeAt, identity?.at ?? null].filter((at) => at !== null);
  return times.length > 0 ? Math.max(...times) : null;
}

/** The account remembers the device; a new one, where the account has others, is told to its owner. */
function signedIn(runner: Runner, ctx: Context, { context }: InteractionRequest, done: Done, proved: boolean) {
  const { client, browser, journey, locale } = context;
  const now = runner.clock.now();
  const look = deviceLookOf(ctx);
  return (account: Account): Change | null => {
    const known = isKnownDevice(account, browser);
    const device = account.devices.find((seen) => seen.browser === browser);
    // The last form sent twice, or this tab and that one at the same moment: one sign-in, one record.
    if (device?.lastJourney === journey.id) return null;
    if (!proved && device && now - device.lastSeenAt < sameVisitMs) return null;
    const noticed = !known && account.devices.length > 0 && client.stepUp.newDevice !== 'off';
    const notice = { message: 'new-device', account, client, model: { at: now, where: look } } as const;
    const details = {
      acr: acrOf(done.level, runner.config.acr),
      amr: done.amr.join(' '),
      newDevice: !known,
    };
    const audit = {
      at: now,
      event: 'sign-in.finished',
      accountId: account.id,
      clientId: client.id,
      journeyId: journey.id,
      details,
      sealed: sealDetails(runner, account, look),
    } as const;
    const changed = {
      ...withDevice(withoutPastAddresses(account, now), { browser, journey: journey.id, look }, now),
      locale: account.localeChosen ? account.locale : locale,
      lastSignInAt: now,
      dormancyToldAt: null,
    };
    return { account: changed, effects: { audit: [audit], mails: noticed ? [composeNotice(runner, notice)] : [] } };
  };
}

/** What the library asks for by itself. The Grant of a consent is made from the account in loadExistingGrant. */
function answeredPrompts({ context: { request } }: InteractionRequest) {
  return {
    ...(request.promptsConsent && { consent: {} }),
    ...(request.promptsSelectAccount && { select_account: {} }),
    ...(request.promptsCreate && { create: {} }),
  };
}

/** `login` is sent only if something was proved here: else `auth_time` would creep forward (decisions.md §5). */
export async function finish(runner: Runner, ctx: Context, request: InteractionRequest, done: Done): Promise<void> {
  const at = provedAt(request);
  await runner.storage.accounts.update(done.accountId, signedIn(runner, ctx, request, done, at !== null));
  const login = at !== null && {
    login: {
      accountId: done.accountId,
      acr: acrOf(done.level, runner.config.acr),
      amr: [...done.amr],
      ts: Math.floor(at / secondMs),
      remember: false as const,
    },
  };
  await end(runner, ctx, { ladder: {}, ...login, ...answeredPrompts(request) });
  countEnd(runner, request, 'finished');
}

export async function refuse(runner: Runner, ctx: Context, request: InteractionRequest, error: string): Promise<void> {
  const { client, journey, account } = request.context;
  await runner.storage.audit.append({
    at: runner.clock.now(),
    event: 'sign-in.cancelled',
    accountId: account?.id ?? null,
    clientId: client.id,
    journeyId: journey.id,
    details: { error },
  });
  const why = journey.termsDeclined ? 'the terms of use were not accepted' : 'the sign-in was not finished';
  await end(runner, ctx, { error, error_description: why });
  countEnd(runner, request, 'cancelled');
}

async function end({ interactions }: Runner, ctx: Context, result: InteractionResult): Promise<void> {
  ctx.redirect(await interactions.finish(ctx, result));
  ctx.status = 303;
}
