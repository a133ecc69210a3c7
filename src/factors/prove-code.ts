/** A typed code as a second factor: of the authenticator app, or a recovery code. Each is taken once, by one of many. */
import type { Account, DeviceLook } from '../accounts/account.ts';
import type { AuditRecord } from '../audit/audit-log.ts';
import type { Client } from '../config/schema.ts';
import type { Deps } from '../deps.ts';
import { openFactor } from '../identity/national-id.ts';
import type { AccountId, JourneyId } from '../ids.ts';
import { composeNotice } from '../notices/notice.ts';
import type { Change } from '../storage/ports.ts';
import { provedMeanwhile } from './double-click.ts';
import { factorWait, factorWasWrong, forgetWrongFactors } from './factor-limits.ts';
import { withAuthenticator } from './factor-rules.ts';
import { codesLeft, fewCodes, withoutRecoveryCode } from './recovery-codes.ts';
import { matchingStep } from './totp.ts';

type CodeDeps = Pick<Deps, 'config' | 'storage' | 'keyring' | 'clock' | 'random'>;

export type TypedCode =
  /** Six digits. */
  | { readonly kind: 'otp'; readonly code: string }
  /** As recoveryCodeOf read it. */
  | { readonly kind: 'recovery'; readonly code: string };

export type ProofOf = {
  readonly account: Account;
  readonly client: Client;
  readonly journeyId: JourneyId;
  readonly look: DeviceLook;
};

export type CodeVerdict =
  | { readonly verdict: 'right' }
  /** By the other half of a double click. */
  | { readonly verdict: 'proved-already' }
  | { readonly verdict: 'wrong' }
  | { readonly verdict: 'wait'; readonly seconds: number };

type Use = (account: Account) => { readonly account: Account; readonly details: AuditRecord['details'] } | null;

/** The change that uses the code up, as pure as the store wants it; null = this code fits nothing here. */
async function useOf(deps: CodeDeps, { account }: ProofOf, typed: TypedCode): Promise<Use | null> {
  if (typed.kind === 'recovery') {
    return (current) => {
      const after = withoutRecoveryCode(deps.keyring, current, typed.code);
      return after && { account: after, details: { method: 'recovery', left: codesLeft(after.factors) } };
    };
  }
  const { authenticator } = account.factors;
  if (authenticator === null) return null;
  const secret = openFactor(deps.keyring, account, 'authenticator', authenticator.sealedSecret);
  const step = await matchingStep(secret, typed.code, deps.clock.now());
  if (step === null) return null;
  return (current) => {
    const now = current.factors.authenticator;
    // Set up anew, or this very code was taken, while we were looking (RFC 6238 5.2).
    if (now?.sealedSecret !== authenticator.sealedSecret || step <= now.lastStep) return null;
    return { account: withAuthenticator(current, { ...now, lastStep: step }), details: { method: 'otp' } };
  };
}

export async function proveCode(deps: CodeDeps, proof: ProofOf, typed: TypedCode): Promise<CodeVerdict> {
  const { id } = proof.account;
  const seconds = await factorWait(deps, id);
  if (seconds !== null) return { verdict: 'wait', seconds };
  const use = await useOf(deps, proof, typed);
  const result = use && (await deps.storage.accounts.update(id, (account) => used(deps, proof, typed, use, account)));
  if (result?.outcome === 'updated') {
    await forgetWrongFactors(deps, id);
    return { verdict: 'right' };
  }
  const already = use !== null && (await provedMeanwhile(deps, proof.journeyId));
  return already ? { verdict: 'proved-already' } : wrong(deps, proof, typed);
}

function used(deps: CodeDeps, proof: ProofOf, { kind }: TypedCode, use: Use, account: Account): Change | null {
  const after = use(account);
  if (after === null) return null;
  const at = deps.clock.now();
  const event = kind === 'recovery' ? 'recovery-codes.used' : 'factor.used';
  const audit = { ...recordOf(proof, account.id), at, event, details: after.details } as const;
  const left = codesLeft(after.account.factors);
  const model = { at, where: proof.look, left, few: left <= fewCodes };
  // Whoever found the paper is told of at once.
  const told = { message: 'recovery-code-used', account: after.account, client: proof.client, model } as const;
  const mails = kind === 'recovery' ? [composeNotice(deps, told)] : [];
  return { account: after.account, effects: { audit: [audit], mails } };
}

async function wrong(deps: CodeDeps, proof: ProofOf, { kind }: TypedCode): Promise<CodeVerdict> {
  const { account, client, look } = proof;
  const at = deps.clock.now();
  const audit = { ...recordOf(proof, account.id), at, event: 'factor.refused', details: { method: kind } } as const;
  if (await factorWasWrong(deps, account.id)) {
    const notice = { message: 'codes-paused', account, client, model: { at, where: look } } as const;
    await deps.storage.outbox.add([composeNotice(deps, notice)], [audit]);
  } else {
    await deps.storage.audit.append(audit);
  }
  return { verdict: 'wrong' };
}

const recordOf = ({ client, journeyId }: ProofOf, accountId: AccountId) => ({
  accountId,
  clientId: client.id,
  journeyId,
});
