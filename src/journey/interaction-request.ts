/** One request to a page of a journey, with everything read that the ladder and the steps need. */

import type { Context } from 'koa';
import type { Client } from '../config/schema.ts';
import type { Deps } from '../deps.ts';
import { RequestRefused } from '../errors.ts';
import { browserOf } from '../http/browser.ts';
import { deviceLookOf } from '../http/device-look.ts';
import { formOf } from '../http/form.ts';
import { isLocale } from '../http/locale.ts';
import { networkOf } from '../http/network.ts';
import type { Pages } from '../http/pages.ts';
import { rememberWhose } from '../http/refusal.ts';
import type { Step, StepContext } from '../steps/step.ts';
import { adoptProofs, areAdoptable } from './adopt.ts';
import { type AuthorizationRequest, readAuthorizationRequest } from './authorization-request.ts';
import { firstRungOf, mayInherit } from './first-rung.ts';
import { gatherFacts } from './gather-facts.ts';
import type { BrowserSession, Interaction, Interactions } from './interactions.ts';
import type { Journey } from './journey.ts';
import { firstDoor, freshJourney } from './journey-rules.ts';
import type { StepName } from './next-step.ts';
import { startAgain } from './origin.ts';
import { saveJourney } from './save-journey.ts';

export type RunnerDeps = Deps & {
  readonly interactions: Interactions;
  readonly clients: ReadonlyMap<string, Client>;
  readonly pages: Pages;
};
export type Runner = RunnerDeps & { readonly steps: Readonly<Record<StepName, Step>> };

export type InteractionRequest = {
  readonly uid: string;
  /** Nothing of this journey was stored before. */
  readonly begins: boolean;
  readonly opened: Opened;
  readonly context: StepContext;
};

/** Only secrets are dropped; what else was typed is shown again. */
export function emptyTyped(ctx: Context): Readonly<Record<string, string>> {
  const { password: _p, code: _c, recoveryCode: _r, credential: _k, csrf: _t, ...typed } = formOf(ctx);
  return typed;
}

async function interactionOf(runner: RunnerDeps, ctx: Context): Promise<Interaction> {
  const interaction = await runner.interactions.current(ctx);
  // The cookie's path is the interaction's own; a cookie of another path would be somebody's doing.
  if (interaction !== null && interaction.uid === ctx.params.uid) return interaction;
  const cookies = { title: 'session.cookies-title', body: 'session.cookies-body' } as const;
  const expired = { title: 'session.expired-title', body: 'session.expired-body' } as const;
  // A browser that did not bring back the cookie it got with the redirect here blocks cookies.
  const wayOn = await startAgain(runner, ctx, String(ctx.params.uid));
  if (!browserOf(ctx).returning) throw new RequestRefused(400, 'no-cookies', cookies, wayOn);
  throw new RequestRefused(410, 'interaction-gone', expired, wayOn);
}

/** The browser's session now, which another tab may have made since the interaction began. */
async function sessionOf(
  { interactions }: RunnerDeps,
  ctx: Context,
  { reasons }: Interaction,
): Promise<BrowserSession | null> {
  return mayInherit(reasons) ? interactions.session(ctx) : null;
}

/** A later prompt of the same request has another interaction; another browser has no business in this journey. */
function goOn(ctx: Context, stored: Journey, { uid }: Interaction): Journey {
  if (stored.browser !== browserOf(ctx).hash) {
    const texts = { title: 'session.expired-title', body: 'session.expired-body' } as const;
    throw new RequestRefused(410, 'journey-of-another-browser', texts);
  }
  return stored.interactionUid === uid ? stored : { ...stored, interactionUid: uid };
}

/** Written to the store only by the first thing that happens in it: looking at a page leaves nothing behind. */
async function beginJourney(
  runner: RunnerDeps,
  ctx: Context,
  { uid: interactionUid, journeyId: id, reasons, begunAt: since }: Interaction,
  { client, request, adoptable }: { client: Client; request: AuthorizationRequest; adoptable: boolean },
): Promise<Journey> {
  const startedAt = runner.clock.now();
  const expiresAt = startedAt + runner.config.lives.journeySeconds * 1000;
  const browser = browserOf(ctx).hash;
  const rung = { name: firstRungOf(reasons), since };
  const start = { id, interactionUid, clientId: client.id, browser, startedAt, expiresAt, email: null, rung };
  const fresh = { ...freshJourney(start), door: firstDoor(request) };
  // Adopting takes proofs away from where they wait, so a preview by HEAD must not do it.
  const mayAdopt = ctx.method !== 'HEAD' && mayInherit(reasons);
  return mayAdopt && adoptable ? adoptProofs(runner, fresh) : fresh;
}

/** `?lang=` on a page of the journey is remembered in it, so that the client's `ui_locales` does not undo the choice. */
async function switchedJourney(runner: RunnerDeps, ctx: Context, journey: Journey): Promise<Journey> {
  const { lang } = ctx.query;
  if (!isLocale(lang) || journey.locale === lang || ctx.method !== 'GET') return journey;
  return saveJourney(runner, journey, (current) => ({ ...current, locale: lang }));
}

function clientOf({ clients }: RunnerDeps, request: AuthorizationRequest): Client {
  const client = clients.get(request.clientId);
  if (client) return client;
  const texts = { title: 'page.bad-request-title', body: 'page.bad-request-body' } as const;
  throw new RequestRefused(400, 'client-gone', texts);
}

type Opened = { readonly interaction: Interaction; readonly request: AuthorizationRequest; readonly client: Client };

/** @throws RequestRefused when the interaction is gone, belongs elsewhere, or cookies are blocked. */
export async function readRequest(runner: RunnerDeps, ctx: Context): Promise<InteractionRequest> {
  const interaction = await interactionOf(runner, ctx);
  const request = readAuthorizationRequest(interaction.params);
  const client = clientOf(runner, request);
  // Asked side by side: proofs to adopt are wanted by few, but one after another everybody would wait for the answer.
  const [stored, adoptable] = await Promise.all([
    runner.storage.journeys.get(interaction.journeyId),
    areAdoptable(runner, browserOf(ctx).hash, client.id),
  ]);
  rememberWhose(ctx, {
    journeyId: interaction.journeyId,
    accountId: stored?.accountId ?? null,
    clientId: client.id,
  });
  const begins = stored === null;
  const known = begins
    ? await beginJourney(runner, ctx, interaction, { client, request, adoptable })
    : goOn(ctx, stored, interaction);
  const journey = await switchedJourney(runner, ctx, known);
  const opened = { interaction, request, client };
  return { uid: interaction.uid, begins, opened, context: await contextOf(runner, ctx, opened, journey) };
}

/** The same request after its form changed the journey: the facts are gathered anew. */
export async function readAgain(
  runner: RunnerDeps,
  ctx: Context,
  { uid, opened }: InteractionRequest,
  journey: Journey,
): Promise<InteractionRequest> {
  return { uid, begins: false, opened, context: await contextOf(runner, ctx, opened, journey) };
}

async function contextOf(runner: RunnerDeps, ctx: Context, opened: Opened, journey: Journey): Promise<StepContext> {
  const { interaction, request, client } = opened;
  const { uid } = interaction;
  const session = journey.leftSession ? null : await sessionOf(runner, ctx, interaction);
  const consentPrompted = request.promptsConsent && journey.consentedUid !== uid;
  const selectPrompted = request.promptsSelectAccount && !journey.accountSelected;
  const browser = browserOf(ctx).hash;
  const prompted = { consentPrompted, selectPrompted };
  const gathered = await gatherFacts(runner, { client, request, journey, browser, session, ...prompted });
  const { facts, account, identityOwner } = gathered;
  const locale = runner.pages.localeOf(
    ctx,
    { switched: journey.locale, uiLocales: request.uiLocales.join(' '), account: account?.locale },
    client,
  );
  runner.pages.remember(ctx, { client, locale });
  return {
    deps: runner,
    client,
    request,
    journey,
    facts,
    account,
    identityOwner,
    locale,
    browser,
    network: networkOf(ctx),
    look: deviceLookOf(ctx),
    journeyPath: `/interaction/${uid}`,
    signedInAs: session === null && !journey.leftSession ? interaction.sessionAccountId : null,
  };
}
