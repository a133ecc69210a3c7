/**
 * Steps: one page each. `show` makes the model of its view, `form` is the schema of its POST, `submit` decides what
 * becomes of it. A step never names or imports another step: where to go next is asked of the ladder by the runner.
 */
import type { z } from 'zod';
import type { Account, DeviceLook } from '../accounts/account.ts';
import type { Client } from '../config/schema.ts';
import type { Deps } from '../deps.ts';
import type { FormBody } from '../http/form.ts';
import type { Locale } from '../http/locale.ts';
import type { FormError, Frame, TextRef, ViewName, Views } from '../http/views.ts';
import type { AccountId, BrowserHash } from '../ids.ts';
import type { AuthorizationRequest } from '../journey/authorization-request.ts';
import type { Facts } from '../journey/facts.ts';
import type { Gathered } from '../journey/gather-facts.ts';
import type { Interactions } from '../journey/interactions.ts';
import type { Journey } from '../journey/journey.ts';

export type StepContext = {
  readonly deps: Deps & { readonly interactions: Pick<Interactions, 'endSessionsOf'> };
  readonly client: Client;
  readonly request: AuthorizationRequest;
  readonly journey: Journey;
  readonly facts: Facts;
  readonly account: Account | null;
  readonly identityOwner: Gathered['identityOwner'];
  readonly locale: Locale;
  readonly browser: BrowserHash;
  readonly network: string;
  /** The browser and its network, as the account's owner is told of them. */
  readonly look: DeviceLook;
  /** `/interaction/:uid` */
  readonly journeyPath: string;
  /** Whose session the browser has though the client wants to see the person again; null = nobody's, or it counts. */
  readonly signedInAs: AccountId | null;
};

export type JourneyChange = (journey: Journey) => Journey;

export type Outcome =
  /** What was proved or chose is in the account and in `change`; the ladder is asked again. */
  | { readonly kind: 'advance'; readonly change: JourneyChange }
  /** The same page again with what is wrong; typed values are kept, secrets are not. */
  | {
      readonly kind: 'retry';
      readonly status: 422 | 429;
      readonly errors: readonly FormError[];
      readonly retryAfterSeconds?: number;
      readonly change?: JourneyChange;
    }
  /** To a broker. */
  | { readonly kind: 'leave'; readonly url: URL }
  /** The person says no: the request ends with an OAuth error. */
  | { readonly kind: 'refuse'; readonly error: 'access_denied' };

export type StepDefinition<View extends ViewName, Input> = {
  readonly view: View;
  /** The POST's fields; what does not parse is a malformed request, not a person's mistake. */
  readonly form: z.ZodType<Input>;
  show(context: StepContext, typed: FormBody): Views[View] | Promise<Views[View]>;
  submit(context: StepContext, input: Input): Promise<Outcome>;
};

/** A step as the runner sees it. */
export type Step = {
  render(context: StepContext, frame: Frame, typed: FormBody): Promise<string>;
  /** null = the form does not fit the schema. */
  submit(context: StepContext, body: FormBody): Promise<Outcome> | null;
  /** Runs when the dispatcher leads here (GET, not HEAD): what must be under way before the page makes sense. */
  enter?(context: StepContext): Promise<Outcome | null>;
};

export function defineStep<View extends ViewName, Input>(definition: StepDefinition<View, Input>): Step {
  return {
    render: async (context, frame, typed) =>
      context.deps.renderer.render(definition.view, await definition.show(context, typed), frame),
    submit: (context, body) => {
      const parsed = definition.form.safeParse(body);
      return parsed.success ? definition.submit(context, parsed.data) : null;
    },
  };
}

export const advance = (change: JourneyChange = (journey) => journey): Outcome => ({ kind: 'advance', change });

export function retry(field: FormError['field'], text: TextRef, change?: JourneyChange): Outcome {
  return { kind: 'retry', status: 422, errors: [{ field, text }], ...(change && { change }) };
}

export function retryLater(field: FormError['field'], text: TextRef, retryAfterSeconds: number): Outcome {
  return { kind: 'retry', status: 429, errors: [{ field, text }], retryAfterSeconds };
}

/** The account of a step behind rung 1. Its absence is a fault of ours: the runner shows such steps only with one. */
export function accountOf({ account }: StepContext): Account {
  if (account === null) throw new Error('a step behind rung 1 was reached without an account');
  return account;
}
