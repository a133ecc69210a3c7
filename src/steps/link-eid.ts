import { z } from 'zod';
import type { Account } from '../accounts/account.ts';
import { maskEmail } from '../accounts/email-address.ts';
import { locales } from '../http/locale.ts';
import type { LinkEidModel } from '../http/step-models.ts';
import { consentText, type ShownText } from '../identity/consent-text.ts';
import { keepAccount, mayTakeAddress } from '../identity/keep-account.ts';
import { linkIdentity, provedPerson } from '../identity/linking.ts';
import { dropForeignIdentity } from '../identity/mismatch.ts';
import type { MissingProof } from '../identity/proofs.ts';
import type { Journey } from '../journey/journey.ts';
import { asKept, leaveAccount, withStoredPassword, withTypedEmail } from '../journey/journey-rules.ts';
import { accountOf, advance, defineStep, type Outcome, retry, type StepContext } from './step.ts';

const answers = ['yes', 'no', 'back', 'sign-in', 'keep', 'confirm'] as const;
type Answer = (typeof answers)[number];

const dayMs = 86_400_000;

const undoDays = ({ deps }: StepContext): number => (deps.config.lives.undoLinkSeconds * 1000) / dayMs;

async function decline(context: StepContext): Promise<Outcome> {
  const { deps, client, journey } = context;
  const accountId = accountOf(context).id;
  const common = { at: deps.clock.now(), accountId, clientId: client.id, journeyId: journey.id };
  await deps.storage.audit.append({ ...common, event: 'link-eid.declined', details: {} });
  return advance((current) => ({ ...current, linkAnswer: { kind: 'no' } }));
}

/** What is not there, or too old, is asked for again: most of it by the ladder itself. */
function askAgain(context: StepContext, proof: MissingProof): Outcome {
  if (proof === 'consent') return retry(null, { key: 'error.consent-changed' });
  if (proof !== 'password') return advance();
  // The session's password is too old for this, whatever else it is good for: it is typed again, for the same account.
  const { email } = accountOf(context);
  return advance((current) => ({
    ...withTypedEmail(current, email),
    passwordAt: null,
    leftSession: true,
    door: 'password',
  }));
}

const stored = ({ deps }: StepContext, journey: Journey): Journey =>
  journey.newPassword === null ? journey : withStoredPassword(journey, deps.clock.now());

async function link(context: StepContext, shown: ShownText): Promise<Outcome> {
  const { deps, client, journey, facts, look: where } = context;
  const account = accountOf(context);
  const { passwordAt = null, factor = null } = facts.session ?? {};
  const sessionPasswordAt = factor?.method === 'hwk' ? Math.max(factor.at, passwordAt ?? 0) : passwordAt;
  const result = await linkIdentity(deps, { journey, account, client, where, sessionPasswordAt, shown });
  switch (result.outcome) {
    case 'linked':
      return advance((current) => ({ ...stored(context, current), linkAnswer: null, notice: null }));
    case 'conflict':
      // Taken by another account between the page and its answer: the ladder shows the conflict next.
      return advance();
    case 'mismatch': {
      const who = { accountId: account.id, client, journeyId: journey.id, where, details: { at: 'link-eid' } };
      return advance(await dropForeignIdentity(deps, who));
    }
    case 'missing':
      return askAgain(context, result.proof);
  }
}

/** The other account, where it may be given this one's address: made in this journey, and its mailbox proved in it. */
function keepable({ deps, identityOwner, account, facts, journey }: StepContext): Account | null {
  const { passwordAt, mailboxAt, codeAt } = facts.journey;
  const proved = passwordAt !== null && (mailboxAt ?? codeAt) !== null;
  if (!proved || identityOwner === null || account === null) return null;
  return mayTakeAddress(identityOwner, account, journey.id, deps.clock.now()) ? identityOwner : null;
}

/** Both accounts become one: its password and its mailbox have been proved in this very journey. */
async function keep(context: StepContext, kept: Account, shown: ShownText): Promise<Outcome> {
  const { deps, client, locale, journey, browser } = context;
  const born = accountOf(context);
  const { endSessionsOf } = deps.interactions;
  const result = await keepAccount({ ...deps, endSessionsOf }, { journey, born, kept, client, locale, browser, shown });
  if (result.outcome === 'missing') return askAgain(context, result.proof);
  if (result.outcome === 'changed') return advance((current) => ({ ...current, linkAnswer: null }));
  return advance((current) => asKept(current, kept.id, deps.clock.now()));
}

/** An answer on one of the pages that say whose the identity is. */
async function settleConflict(context: StepContext, answer: Answer, shown: ShownText): Promise<Outcome> {
  const kept = keepable(context);
  const asked = context.journey.linkAnswer?.kind === 'keep';
  if (answer === 'sign-in') return advance(leaveAccount);
  if (answer === 'confirm' && asked && kept) return keep(context, kept, shown);
  if (answer === 'keep' && kept) {
    const { emailFingerprint: shownAddress } = kept;
    return advance((current) => ({ ...current, linkAnswer: { kind: 'keep', shownAddress } }));
  }
  return advance((current) => (answer === 'back' ? { ...current, linkAnswer: null } : current));
}

function conflictPage(context: StepContext): LinkEidModel {
  const { deps, journey, locale, identityOwner } = context;
  const maskedEmail = maskEmail(identityOwner?.email ?? '');
  const keepEmail = keepable(context) && accountOf(context).email;
  const common = { maskedEmail, undoDays: undoDays(context) };
  if (keepEmail === null || journey.linkAnswer?.kind !== 'keep') return { state: 'conflict', keepEmail, ...common };
  return { state: 'keep', email: keepEmail, consent: consentText(deps.texts, 'keep', locale), ...common };
}

function page(context: StepContext): LinkEidModel {
  const { facts, journey, deps, locale } = context;
  if (facts.journey.identity?.owner === 'another-account') return conflictPage(context);
  if (journey.linkAnswer?.kind === 'no') return { state: 'declined' };
  const consent = consentText(deps.texts, 'link', locale);
  const { name } = provedPerson(deps.keyring, journey).person;
  return { state: 'ask', email: accountOf(context).email, name, consent };
}

/**
 * Rung `link-eid`: consent to linking, and its conflict. Shows the address and the name, never the identity code. The address of
 * the other account is shown masked, and only to somebody who proved that identity at a bank in this very journey.
 */
export const linkEid = defineStep({
  view: 'steps/link-eid',
  form: z.object({
    answer: z.enum(answers),
    textHash: z.string().max(64).default(''),
    textLocale: z.enum(locales).default('fi'),
  }),
  show: page,
  submit: async (context, { answer, textHash, textLocale }) => {
    const shown = { locale: textLocale, textHash };
    if (context.facts.journey.identity?.owner === 'another-account') return settleConflict(context, answer, shown);
    if (answer === 'no') return decline(context);
    if (answer === 'back') return advance((current) => ({ ...current, linkAnswer: null }));
    // Declined once, only «back» leads to the question again: no stale «yes» links anything.
    if (answer !== 'yes' || context.journey.linkAnswer?.kind === 'no') return advance();
    return link(context, shown);
  },
});
