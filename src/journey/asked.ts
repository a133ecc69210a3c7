/** That a proof was asked, and by which rule, for the audit log and the log: once in a journey for each rule. */

import type { Facts } from './facts.ts';
import type { InteractionRequest, RunnerDeps } from './interaction-request.ts';
import type { Journey } from './journey.ts';
import type { Rung } from './next-step.ts';
import { rememberOrigin } from './origin.ts';
import { codeRule, factorRule, identificationRule } from './proof-rules.ts';
import { saveJourney } from './save-journey.ts';
import { noteStand } from './stand.ts';

/** What led to this rung, as the journey remembers it; null for rungs that no rule of the policy asks for. */
function reasonFor(rung: Rung, facts: Facts): Journey['asked'][number] | null {
  if (rung === 'strong-auth') {
    const rule = identificationRule(facts);
    return rule && { kind: 'identification', rule };
  }
  if (rung === 'second-factor') {
    const rule = factorRule(facts);
    return rule && { kind: 'factor', rule };
  }
  const rule = rung === 'email-code' ? codeRule(facts) : null;
  return rule && { kind: 'code', rule };
}

/** Written before the page is shown, so that nobody is asked without a record; two tabs at once may leave two. */
export async function recordAsked(
  deps: RunnerDeps,
  { uid, begins, context }: InteractionRequest,
  rung: Rung,
): Promise<void> {
  const { journey, facts, client, locale } = context;
  const reason = reasonFor(rung, facts);
  if (reason === null) return noteStand(deps, context, rung);
  const { kind, rule } = reason;
  if (journey.asked.some((asked) => asked.kind === kind && asked.rule === rule)) return;
  const accountId = facts.account?.id ?? null;
  const common = { at: deps.clock.now(), accountId, clientId: client.id, journeyId: journey.id };
  await deps.storage.audit.append({ ...common, event: 'step-up.asked', details: { kind, rule } });
  deps.log.info({ kind, rule, client: client.id }, 'step-up asked');
  // In single sign-on this is the first thing that happens in a journey.
  if (begins) await rememberOrigin(deps, uid, client, locale);
  await saveJourney(deps, journey, (current) => ({ ...current, asked: [...current.asked, reason] }));
}
