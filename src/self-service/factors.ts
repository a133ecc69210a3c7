import { z } from 'zod';
import { maxNicknameLetters, readNickname } from '../accounts/nickname.ts';
import { remakeCodes, removeFactor, renamePasskey, setAlways } from '../factors/change-factors.ts';
import { hasSecondFactor, mostPasskeys } from '../factors/factor-rules.ts';
import { codesLeft, fewCodes } from '../factors/recovery-codes.ts';
import { type AccountContext, type AccountOutcome, defineAccountPage, wrong } from './account-page.ts';
import type { DoneNotice } from './done.ts';
import { changeDepsOf, ownerOf } from './factor-owner.ts';

const path = '/account/factors';
const passkey = z.string().max(2_000);

const form = z.discriminatedUnion('action', [
  z.object({ action: z.literal('remove-authenticator') }),
  z.object({ action: z.literal('remove-passkey'), passkey }),
  z.object({ action: z.literal('rename-passkey'), passkey, name: z.string() }),
  z.object({ action: z.literal('always'), value: z.enum(['on', 'off']) }),
  z.object({ action: z.literal('make-codes') }),
]);

/** What the page showed is no more where `made` is false: another tab was faster, and the page tells what is true now. */
const told = (made: boolean, done: DoneNotice): AccountOutcome => ({
  kind: 'done',
  path,
  done: made ? done : 'factors-meanwhile',
});

async function rename(context: AccountContext, id: string, typed: string): Promise<AccountOutcome> {
  const read = readNickname(typed);
  if (!read.ok) return wrong(null, { key: `error.nickname-${read.fault}`, params: { max: maxNicknameLetters } });
  if (read.nickname === null) return wrong(null, { key: 'error.passkey-name' });
  return told(await renamePasskey(changeDepsOf(context), ownerOf(context), id, read.nickname), 'passkey-renamed');
}

async function change(context: AccountContext, input: z.infer<typeof form>): Promise<AccountOutcome> {
  const [deps, owner] = [changeDepsOf(context), ownerOf(context)];
  switch (input.action) {
    case 'remove-authenticator':
      return told(await removeFactor(deps, owner, null), 'factor-removed');
    case 'remove-passkey':
      return told(await removeFactor(deps, owner, input.passkey), 'factor-removed');
    case 'rename-passkey':
      return rename(context, input.passkey, input.name);
    case 'always': {
      const always = input.value === 'on';
      return told(await setAlways(deps, owner, always), always ? 'factors-always' : 'factors-not-always');
    }
    case 'make-codes': {
      const made = await remakeCodes(deps, owner);
      return made ? { kind: 'done', path: `${path}/recovery-codes` } : told(false, 'factors-meanwhile');
    }
  }
}

/** The second factors of the account: what there is, and everything that can be done with it. */
export const factors = defineAccountPage({
  path,
  view: 'account/factors',
  fresh: true,
  section: {
    title: 'factors.title',
    summary: ({ account }) => ({
      key: !hasSecondFactor(account)
        ? 'factors.summary-none'
        : account.factors.always
          ? 'factors.summary-always'
          : 'factors.summary',
    }),
  },
  form,
  show: ({ account }) => {
    const { authenticator, passkeys, always } = account.factors;
    const left = codesLeft(account.factors);
    return {
      authenticator: authenticator && { addedAt: authenticator.addedAt },
      passkeys: passkeys.map(({ id, name, addedAt, lastUsedAt }) => ({ id, name, addedAt, lastUsedAt })),
      full: passkeys.length >= mostPasskeys,
      codes: hasSecondFactor(account) ? { left, few: left <= fewCodes } : null,
      always,
      linked: account.identity !== null,
    };
  },
  submit: change,
});
