import { z } from 'zod';
import { maxNicknameLetters, readNickname } from '../accounts/nickname.ts';
import { addPasskey } from '../factors/change-factors.ts';
import { challengeOf, readRegistration } from '../factors/credential.ts';
import { mostPasskeys } from '../factors/factor-rules.ts';
import { type ChallengeScope, isLiveChallenge, newChallenge, spendChallenge } from '../factors/passkey-challenge.ts';
import { registrationOptions, verifyRegistration } from '../factors/webauthn.ts';
import { deviceLookOf } from '../http/device-look.ts';
import type { AddPasskeyModel } from '../http/factor-models.ts';
import { type AccountContext, type AccountOutcome, defineAccountPage, wrong } from './account-page.ts';
import { changeDepsOf, ownerOf } from './factor-owner.ts';

const path = '/account/factors/passkey';

const scopeOf = ({ account, session, browser }: AccountContext): ChallengeScope => ({
  use: 'registration',
  browser,
  within: session.uid,
  accountId: account.id,
});

function show(context: AccountContext, typed: string | undefined): AddPasskeyModel {
  const { deps, ctx, account } = context;
  const { passkeys } = account.factors;
  const { program, system } = deviceLookOf(ctx);
  const who = { accountId: account.id, email: account.email, passkeys };
  const options = () => registrationOptions(deps.config, who, newChallenge(deps, scopeOf(context)));
  return {
    name: typed ?? [program, system].filter((one) => one !== null).join(', '),
    options: passkeys.length < mostPasskeys ? JSON.stringify(options()) : null,
  };
}

async function add(context: AccountContext, typedName: string, credential: string): Promise<AccountOutcome> {
  const { deps } = context;
  const read = readNickname(typedName);
  if (!read.ok) return wrong('name', { key: `error.nickname-${read.fault}`, params: { max: maxNicknameLetters } });
  if (read.nickname === null) return wrong('name', { key: 'error.passkey-name' });
  const refused = wrong(null, { key: 'error.passkey-refused' });
  const response = readRegistration(credential);
  const challenge = response && challengeOf(response);
  if (response === null || challenge === null || !isLiveChallenge(deps, scopeOf(context), challenge)) return refused;
  const made = await verifyRegistration(deps.config, response, challenge);
  if (made === null || !(await spendChallenge(deps, challenge))) return refused;
  // Whether its id is somebody else's too does not matter: a passkey is only ever looked for in the account it names.
  const passkey = { ...made, name: read.nickname, addedAt: deps.clock.now(), lastUsedAt: null };
  switch (await addPasskey(changeDepsOf(context), ownerOf(context), passkey, mostPasskeys)) {
    case 'added-with-codes':
      return { kind: 'done', path: '/account/factors/recovery-codes', done: 'factor-added' };
    case 'added':
      return { kind: 'done', path: '/account/factors', done: 'factor-added' };
    case 'changed':
      return { kind: 'done', path: '/account/factors', done: 'factors-meanwhile' };
  }
}

/** A passkey is made by the device the page is shown on, or by one it knows. */
export const addPasskeyPage = defineAccountPage({
  path,
  view: 'account/add-passkey',
  fresh: true,
  form: z.object({ name: z.string(), credential: z.string() }),
  show: (context, typed) => show(context, typed.name),
  submit: (context, { name, credential }) => add(context, name, credential),
});
