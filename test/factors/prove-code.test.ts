/** Codes as a second factor over a real store in memory: steps, replays, recovery codes, and the limits of production. */
import { expect, test } from '@jest/globals';
import { newAccount } from '../../src/accounts/new-account.ts';
import type { Config } from '../../src/config/schema.ts';
import { withAuthenticator } from '../../src/factors/factor-rules.ts';
import { type ProofOf, proveCode } from '../../src/factors/prove-code.ts';
import { codesLeft, makeRecoveryCodes, recoveryCodeOf } from '../../src/factors/recovery-codes.ts';
import { newTotpSecret } from '../../src/factors/totp.ts';
import { sealForAccount } from '../../src/identity/national-id.ts';
import type { Fingerprint, JourneyId } from '../../src/ids.ts';
import { codeDeps } from '../secrets/deps.ts';
import { appCode } from '../support/factors.ts';

const stepMs = 30_000;
const minuteMs = 60_000;
const look = { program: null, system: null, network: 'local' };

/** An account with an app and ten recovery codes; each `proof` is made in a journey of its own. */
async function withApp() {
  const { deps: some, clock } = await codeDeps();
  const config = { ...some.config, issuer: 'https://avain.example' } as unknown as Config;
  const deps = { ...some, config };
  const address = { email: 'app@oma.example', emailFingerprint: 'app' as Fingerprint };
  const blank = newAccount(deps, { ...address, locale: 'fi', createdAt: clock.now(), bornIn: null });
  const secret = await newTotpSecret();
  const sealedSecret = sealForAccount(deps.keyring, blank, 'authenticator', secret);
  const { codes, stored } = makeRecoveryCodes(deps, blank.id, clock.now());
  const app = withAuthenticator(blank, { sealedSecret, addedAt: clock.now(), lastStep: 0 });
  const account = { ...app, factors: { ...app.factors, recoveryCodes: stored } };
  await deps.storage.accounts.create(account, {});
  let journeys = 0;
  const proof = (): ProofOf => {
    journeys += 1;
    // A cast: of the client its id is read alone.
    const client = { id: 'oima' } as ProofOf['client'];
    return { account, client, journeyId: `journey ${journeys}` as JourneyId, look };
  };
  return {
    deps,
    clock,
    codes,
    stored: () => deps.storage.accounts.byId(account.id),
    otp: async (steps = 0) => {
      const code = appCode(secret, steps, clock.now());
      return (await proveCode(deps, proof(), { kind: 'otp', code })).verdict;
    },
    wrong: async () => (await proveCode(deps, proof(), { kind: 'otp', code: '000000' })).verdict,
    recovery: async (code: string) =>
      (await proveCode(deps, proof(), { kind: 'recovery', code: recoveryCodeOf(code) ?? '' })).verdict,
  };
}

test('the code of the present step counts, and of the one before and behind; once, and none before it any more', async () => {
  const { otp, clock } = await withApp();
  expect(await otp(-2)).toBe('wrong');
  expect(await otp(2)).toBe('wrong');
  expect(await otp(-1)).toBe('right');
  expect(await otp(-1)).toBe('wrong');
  expect(await otp(1)).toBe('right');
  expect(await otp(0)).toBe('wrong');
  clock.advance(2 * stepMs);
  expect(await otp(0)).toBe('right');
});

test('of many at once with the same code one wins', async () => {
  const { otp } = await withApp();
  const verdicts = await Promise.all(Array.from({ length: 5 }, () => otp()));
  expect(verdicts.filter((verdict) => verdict === 'right')).toHaveLength(1);
});

test('a recovery code is used up by one of many, however it is spelled', async () => {
  const { recovery, stored, codes } = await withApp();
  const [code = ''] = codes;
  const spelled = [code, code.toLowerCase(), code.replace('-', ''), ` ${code.replace('-', ' ')} `];
  const verdicts = await Promise.all(spelled.map(recovery));
  expect(verdicts.filter((verdict) => verdict === 'right')).toHaveLength(1);
  const account = await stored();
  expect(account && codesLeft(account.factors)).toBe(9);
  expect(JSON.stringify(account)).not.toContain(code.replace('-', ''));
});

test('what people write for a recovery code', () => {
  expect(recoveryCodeOf('o1234-il678')).toBe('0123411678');
  expect(['', '12345', '12345-6789U', '12345-67890-1'].map(recoveryCodeOf)).toEqual([null, null, null, null]);
});

test('from the sixth wrong code on one waits, longer and longer; a right one ends the row', async () => {
  const { otp, wrong, clock } = await withApp();
  for (const _tries of [1, 2, 3, 4, 5]) expect(await wrong()).toBe('wrong');
  expect(await wrong()).toBe('wrong');
  expect(await otp()).toBe('wait');
  clock.advance(30_000);
  expect(await wrong()).toBe('wrong');
  clock.advance(30_000);
  expect(await otp()).toBe('wait');
  clock.advance(30_000);
  expect(await otp()).toBe('right');
  expect(await wrong()).toBe('wrong');
});

test('twenty wrong ones in a day end it for the day, whatever was right between; the owner is told once', async () => {
  const { deps, otp, wrong, recovery, codes, clock } = await withApp();
  let counted = 0;
  while (counted < 20) {
    if (counted % 4 === 3) expect(await otp()).toBe('right');
    expect(await wrong()).toBe('wrong');
    counted += 1;
    clock.advance(2 * stepMs);
  }
  const told = async () =>
    (await deps.storage.outbox.claimDue(clock.now(), 50, 1)).filter(({ mail }) => mail.message === 'codes-paused')
      .length;
  expect(await told()).toBe(1);
  expect([await otp(), await recovery(codes[0] ?? '')]).toEqual(['wait', 'wait']);
  clock.advance(24 * 60 * minuteMs);
  expect(await otp()).toBe('right');
});

test('wrong ones at once are counted before they are compared: a hundred are no more than six', async () => {
  const { deps, wrong, stored } = await withApp();
  const verdicts = await Promise.all(Array.from({ length: 100 }, wrong));
  expect(verdicts.filter((verdict) => verdict === 'wrong')).toHaveLength(6);
  const records = await deps.storage.audit.list({ accountId: (await stored())?.id ?? ('' as never), limit: 200 });
  expect(records.filter(({ event }) => event === 'factor.refused')).toHaveLength(6);
});
