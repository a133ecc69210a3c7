/**
 * The dispatcher: `GET /interaction/:uid` asks the ladder and leads to the page it names; a page's form asks
 * the same ladder when it is done, so no page ever names another.
 * Every POST ends in a 303, a 422 or a small error; every GET is safe to repeat; HEAD never finishes or starts anything.
 */
import type { Context } from 'koa';
import { RequestRefused } from '../errors.ts';
import { passkeyOptions } from '../factors/passkey-options.ts';
import { browserOf } from '../http/browser.ts';
import { assertOwnForm } from '../http/csrf.ts';
import { formOf } from '../http/form.ts';
import type { JourneyChange, Outcome, Step } from '../steps/step.ts';
import { recordAsked } from './asked.ts';
import { countRung } from './count-rungs.ts';
import type { Door } from './facts.ts';
import { finish, refuse } from './finish.ts';
import { endOthersAfterChange } from './forced-change.ts';
import {
  emptyTyped,
  type InteractionRequest,
  type Runner,
  type RunnerDeps,
  readAgain,
  readRequest,
} from './interaction-request.ts';
import { asSignedIn, decidedFor } from './journey-rules.ts';
import { type Decision, nextStep, type StepName } from './next-step.ts';
import { rememberOrigin } from './origin.ts';
import { saveJourney } from './save-journey.ts';

const freeDoors: readonly Door[] = ['sign-in', 'sign-up', 'forgot-password', 'find-account'];

export type RunnerRoutes = {
  dispatch(ctx: Context): Promise<void>;
  show(ctx: Context): Promise<void>;
  submit(ctx: Context): Promise<void>;
  cancel(ctx: Context): Promise<void>;
  /** A fresh challenge for the script of a page that stayed open. */
  passkey(ctx: Context): Promise<void>;
  /** Whether the link that was sent has been opened, for the waiting page's script. */
  opened(ctx: Context): Promise<void>;
};

/** Any door of rung 1 may be shown while rung 1 is due, if it has what it needs; all other pages only when needed. */
function mayShow(step: string, decision: Decision, email: string | null): step is StepName {
  if (decision.kind !== 'page') return false;
  if (decision.step === step) return true;
  return (
    decision.rung === 'sign-in' && (freeDoors.some((door) => door === step) || (step === 'password' && email !== null))
  );
}

function redirect(ctx: Context, href: string): void {
  ctx.redirect(href);
  ctx.status = 303;
}

export function createRunner(deps: RunnerDeps, steps: Readonly<Record<StepName, Step>>): RunnerRoutes {
  const runner: Runner = { ...deps, steps };
  return {
    dispatch: (ctx) => dispatch(runner, ctx),
    show: (ctx) => show(runner, ctx),
    submit: (ctx) => submit(runner, ctx),
    cancel: (ctx) => cancel(runner, ctx),
    passkey: async (ctx) => {
      const { context } = await readRequest(runner, ctx);
      ctx.type = 'json';
      ctx.body = passkeyOptions(context) ?? 'null';
    },
    opened: async (ctx) => {
      const { context } = await readRequest(runner, ctx);
      const decision = nextStep(context.facts);
      ctx.body = { opened: decision.kind !== 'page' || decision.step !== 'link-sent' };
    },
  };
}

async function dispatch(runner: Runner, ctx: Context): Promise<void> {
  return lead(runner, ctx, await readRequest(runner, ctx));
}

/** Asks the ladder and leads to the page it names, or ends the journey. */
async function lead(runner: Runner, ctx: Context, request: InteractionRequest): Promise<void> {
  const decision = nextStep(request.context.facts);
  if (decision.kind === 'page') {
    if (ctx.method !== 'HEAD') await countRung(runner, request, decision.rung);
    return redirect(ctx, `${request.context.journeyPath}/${decision.step}`);
  }
  // A link scanner or a preview may ask with HEAD: it is told that there is something, and nothing happens.
  if (ctx.method === 'HEAD') {
    ctx.status = 204;
    return;
  }
  if (decision.kind === 'refuse') return refuse(runner, ctx, request, decision.error);
  return finish(runner, ctx, request, decision);
}

async function show(runner: Runner, ctx: Context): Promise<void> {
  const request = await readRequest(runner, ctx);
  const { context } = request;
  const step = String(ctx.params.step);
  const decision = nextStep(context.facts);
  if (!mayShow(step, decision, context.journey.email)) return redirect(ctx, context.journeyPath);
  if (ctx.method !== 'HEAD' && decision.kind === 'page') await recordAsked(runner, request, decision.rung);
  const entered = ctx.method === 'HEAD' ? null : await runner.steps[step].enter?.(context);
  if (entered) return answer(runner, ctx, request, step, entered);
  ctx.status = 200;
  await render(runner, ctx, request, step, {});
}

async function submit(runner: Runner, ctx: Context): Promise<void> {
  const request = await readRequest(runner, ctx);
  const { context } = request;
  const body = ownForm(runner, ctx, request);
  const step = String(ctx.params.step);
  // Another tab or a double click was faster: the loser is led to what is now true.
  if (!mayShow(step, nextStep(context.facts), context.journey.email)) return redirect(ctx, context.journeyPath);
  const submitted = runner.steps[step].submit(context, body);
  if (submitted === null) {
    const texts = { title: 'page.malformed-title', body: 'page.malformed-body' } as const;
    throw new RequestRefused(400, 'form-fields', texts, wayBack(request));
  }
  if (request.begins) await rememberOrigin(runner, request.uid, context.client, context.locale);
  await answer(runner, ctx, request, step, await submitted);
}

async function cancel(runner: Runner, ctx: Context): Promise<void> {
  const request = await readRequest(runner, ctx);
  ownForm(runner, ctx, request);
  await refuse(runner, ctx, request, 'access_denied');
}

const wayBack = ({ context }: InteractionRequest) =>
  ({ href: context.journeyPath, text: { key: 'page.try-again' } }) as const;

function ownForm(runner: Runner, ctx: Context, request: InteractionRequest) {
  const body = formOf(ctx);
  assertOwnForm(ctx, {
    keyring: runner.keyring,
    issuer: runner.config.issuer,
    browser: browserOf(ctx),
    scope: request.uid,
    token: body.csrf,
    wayOn: wayBack(request),
  });
  return body;
}

async function answer(
  runner: Runner,
  ctx: Context,
  request: InteractionRequest,
  step: StepName,
  outcome: Outcome,
): Promise<void> {
  const { context } = request;
  const { journey, account } = context;
  const save = (change: JourneyChange = (current) => current) => {
    const decided = decidedFor(journey, account?.id ?? null, (current) => change(asSignedIn(current, account)));
    return saveJourney(runner, journey, decided);
  };
  switch (outcome.kind) {
    case 'advance': {
      const saved = await save(outcome.change);
      await endOthersAfterChange(runner, ctx, journey, saved);
      // The ladder is asked at once: the way over the dispatcher's own address would cost the person a redirect.
      return lead(runner, ctx, await readAgain(runner, ctx, request, saved));
    }
    case 'leave':
      await save();
      return redirect(ctx, outcome.url.href);
    case 'refuse':
      return refuse(runner, ctx, request, outcome.error);
    case 'retry':
      if (outcome.change) await save(outcome.change);
      ctx.status = outcome.status;
      if (outcome.retryAfterSeconds) ctx.set('Retry-After', String(outcome.retryAfterSeconds));
      return render(runner, ctx, request, step, emptyTyped(ctx), outcome.errors);
  }
}

async function render(
  runner: Runner,
  ctx: Context,
  { context, uid }: InteractionRequest,
  step: StepName,
  typed: Readonly<Record<string, string>>,
  errors: Extract<Outcome, { kind: 'retry' }>['errors'] = [],
): Promise<void> {
  const { client, locale, journeyPath } = context;
  const path = `${journeyPath}/${step}`;
  const frame = runner.pages.frame(ctx, { client, locale, path, csrfScope: uid, journeyPath, errors });
  ctx.type = 'html';
  ctx.body = await runner.steps[step].render(context, frame, typed);
}
