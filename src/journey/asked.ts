/** That a proof was asked, and by which rule, for the audit log and the log: once in a journey for each rule. */

import type { Facts } from './facts.ts';
import type { RunnerDeps } from './interaction-request.ts';
import type { Journey } from './journey.ts';
import { codeRule, identificationRule, type Rung } from './next-step.ts';
import { saveJourney } from './save-journey.ts';

/** What led to this rung, as the journey remembers it; null for rungs that no rule of the policy asks for. */
function reasonFor(rung: Rung, facts: Facts): Journey['asked'][number] | null {
  if (rung === 'strong-auth') {
    const rule = identificationRule(facts);
    return rule && { kind: 'identification', rule };
  }
  const rule = rung === 'email-code' ? codeRule(facts) : null;
  return rule && { kind: 'code', rule };
}

/** Written before the page is shown, so that nobody is asked without a record; two tabs at once may leave two. */
export async function recordAsked(
  deps: Pick<RunnerDeps, 'storage' | 'clock' | 'log'>,
  { journey, facts }: { readonly journey: Journey; readonly facts: Facts },
  rung: Rung,
): Promise<void> {
  const reason = reasonFor(rung, facts);
  if (reason === null) return;
  const { kind, rule } = reason;
  if (journey.asked.some((asked) => asked.kind === kind && asked.rule === rule)) return;
  const { clientId, id: journeyId } = journey;
  await deps.storage.audit.append({
    at: deps.clock.now(),
    event: 'step-up.asked',
    accountId: facts.account?.id ?? null,
    clientId,
    journeyId,
    details: { kind, rule },
  });
  deps.log.info({ kind, rule, clientId }, 'step-up asked');
  await saveJourney(deps, journey, (current) => ({ ...current, asked: [...current.asked, reason] }));
}
