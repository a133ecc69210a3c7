/**
 * The interaction policy: one `login` prompt with one Check per rung of the ladder, then the library's `consent` as a
 * safety net (decisions.md §5). All checks of one request share one reading of the facts and one decision.
 */
import { errors, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import type { Client } from '../config/schema.ts';
import type { Deps } from '../deps.ts';
import { browserOf } from '../http/browser.ts';
import { networkOf } from '../http/network.ts';
import type { AccountId, JourneyId } from '../ids.ts';
import { readAuthorizationRequest } from '../journey/authorization-request.ts';
import { gatherFacts } from '../journey/gather-facts.ts';
import type { Journey } from '../journey/journey.ts';
import { type Decision, nextStep, type Rung, rungNames } from '../journey/next-step.ts';
import { interactionWait } from '../secrets/limits.ts';

export type Decide = (ctx: KoaContextWithOIDC) => Promise<Decision>;

type PolicyDeps = Pick<Deps, 'config' | 'storage' | 'keyring' | 'clock'>;

/** OAuth errors for `prompt=none`, by rung. */
const silentErrors: Partial<Record<Rung, string>> = {
  'sign-in': 'login_required',
  'account-closed': 'access_denied',
  'not-authorised': 'access_denied',
  consent: 'consent_required',
};

/** Back from a journey, of a browser that a client sent or of one in which a device's code was typed. */
export const resumes = ({ oidc }: KoaContextWithOIDC): boolean =>
  oidc.route === 'resume' || oidc.route === 'device_resume';

/** The journey that leads back here; only a resume has one. */
export async function journeyOf(ctx: KoaContextWithOIDC, storage: Deps['storage']): Promise<Journey | null> {
  const cid: unknown = ctx.oidc.entities.Interaction?.cid;
  return resumes(ctx) && typeof cid === 'string' ? storage.journeys.get(cid as JourneyId) : null;
}

/** Counted where one is about to begin, so that malformed and silent requests write nothing. */
async function countInteraction(deps: PolicyDeps, ctx: KoaContextWithOIDC): Promise<void> {
  if (ctx.oidc.promptPending('none')) return;
  // In a picture, a frame or a script's request no person can be asked anything (no page of ours can be framed): another
  // site's page could otherwise use up the sign-ins of whatever network its visitor is in.
  const destination = ctx.get('Sec-Fetch-Dest');
  if (destination !== '' && destination !== 'document')
    throw new errors.CustomOIDCProviderError('interaction_required', 'a person must be able to see the page');
  const wait = await interactionWait(deps, browserOf(ctx).hash, networkOf(ctx));
  // RFC 6749 4.1.2.1: the client is told to come again later.
  if (wait !== null)
    throw new errors.CustomOIDCProviderError('temporarily_unavailable', 'too many sign-ins were begun');
}

export function createDecide(deps: PolicyDeps, clients: ReadonlyMap<string, Client>): Decide {
  const decisions = new WeakMap<object, Promise<Decision>>();
  const decide = async (ctx: KoaContextWithOIDC): Promise<Decision> => {
    const { session, client: oidcClient, params } = ctx.oidc;
    const client = clients.get(oidcClient?.clientId ?? '');
    if (client === undefined || params === undefined)
      throw new Error('a request for an unknown client reached the policy');
    const journey = await journeyOf(ctx, deps.storage);
    const accountId = session?.accountId as AccountId | undefined;
    const { facts } = await gatherFacts(deps, {
      client,
      request: readAuthorizationRequest({ ...params }),
      journey: journey?.accountId === accountId ? journey : null,
      browser: browserOf(ctx).hash,
      session: session && accountId !== undefined ? { uid: session.uid, accountId } : null,
      consentPrompted: false,
      selectPrompted: ctx.oidc.promptPending('select_account'),
    });
    const decision = nextStep(facts);
    if (decision.kind === 'page' && !resumes(ctx)) await countInteraction(deps, ctx);
    return decision;
  };
  return (ctx) => {
    const known = decisions.get(ctx.oidc) ?? decide(ctx);
    decisions.set(ctx.oidc, known);
    return known;
  };
}

function rungCheck(rung: Rung, decide: Decide) {
  const error = silentErrors[rung] ?? 'interaction_required';
  return new interactionPolicy.Check(rung, `the ${rung} step is due`, error, async (ctx) => {
    const decision = await decide(ctx);
    if (decision.kind === 'refuse' && decision.error === 'unmet_authentication_requirements') {
      throw new errors.UnmetAuthenticationRequirements('the demanded acr cannot be reached');
    }
    return decision.kind === 'page' && decision.rung === rung;
  });
}

/**
 * Values of `prompt` that the library does not know. Their questions are asked by the ladder, so that one interaction asks
 * everything: the prompts themselves are only there to be allowed.
 */
const furtherPrompts = ['select_account', 'create'] as const;

/** Whoever is sent to sign up is not let in by the session at hand, which is of somebody with an account. */
const createCheck = () =>
  new interactionPolicy.Check('create_prompt', 'a new account is to be made', 'login_required', (ctx) =>
    ctx.oidc.promptPending('create'),
  );

/** A client with `session: own` takes only a sign-in that was made for this very request. */
const ownSessionCheck = (clients: ReadonlyMap<string, Client>) =>
  new interactionPolicy.Check('own_session', 'the session of other clients is not enough', 'login_required', (ctx) => {
    const isOwn = clients.get(ctx.oidc.client?.clientId ?? '')?.session === 'own';
    return isOwn && ctx.oidc.result?.login === undefined;
  });

export function createPolicy(decide: Decide, clients: ReadonlyMap<string, Client>) {
  const policy = interactionPolicy.base();
  const login = policy.get('login');
  const consent = policy.get('consent');
  if (login === undefined || consent === undefined) throw new Error('the library has other prompts than expected');
  // Their reasons are not our rungs and would force a new password; the ladder compares levels itself.
  login.checks.remove('essential_acr');
  login.checks.remove('essential_acrs');
  login.checks.add(createCheck());
  login.checks.add(ownSessionCheck(clients));
  for (const name of furtherPrompts) {
    const prompt = new interactionPolicy.Prompt({ name, requestable: true });
    prompt.checks.clear();
    policy.add(prompt);
  }
  for (const rung of rungNames) login.checks.add(rungCheck(rung, decide));
  // First-party clients never ask for consent; a native one is otherwise asked at every request whatever was granted.
  consent.checks.remove('native_client_prompt');
  const prompted = consent.checks.get('consent_prompt');
  if (prompted === undefined) throw new Error('the library has no consent_prompt check');
  const { check } = prompted;
  prompted.check = async (ctx) =>
    clients.get(ctx.oidc.client?.clientId ?? '')?.party === 'third' && (await check(ctx)) === true;
  return policy;
}
