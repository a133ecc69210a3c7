import { z } from 'zod';
import { addAuthenticator } from '../factors/change-factors.ts';
import { endEnrolment, keepForSession, shownToSession } from '../factors/enrolment.ts';
import { matchingStep, newTotpSecret, otpauthUri } from '../factors/totp.ts';
import type { AuthenticatorModel } from '../http/factor-models.ts';
import { sealForAccount } from '../identity/national-id.ts';
import { type AccountContext, type AccountOutcome, defineAccountPage, wrong } from './account-page.ts';
import { changeDepsOf, ownerOf } from './factor-owner.ts';

const path = '/account/factors/authenticator';
const app = { field: 'authenticator' } as const;

async function show(context: AccountContext): Promise<AuthenticatorModel> {
  const { deps, account } = context;
  if (account.factors.authenticator !== null) return { state: 'there' };
  const secret = await shownToSession(deps, ownerOf(context), app);
  if (secret === null) return { state: 'start' };
  const href = await otpauthUri(deps.config.operator.name, account.email, secret);
  return { state: 'scan', secret: secret.match(/.{1,4}/g)?.join(' ') ?? secret, href, picture: await pictureOf(href) };
}

/** The QR code. Read when first wanted, as few set up an app. */
async function pictureOf(text: string): Promise<string> {
  const { toString: draw } = await import('qrcode');
  const svg = await draw(text, { type: 'svg', errorCorrectionLevel: 'M', margin: 3 });
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
}

async function begin(context: AccountContext): Promise<AccountOutcome> {
  await keepForSession(context.deps, ownerOf(context), app, await newTotpSecret());
  return { kind: 'done', path };
}

/** It counts from the first right code on: before that nobody knows that the app has the secret. */
async function confirm(context: AccountContext, typed: string): Promise<AccountOutcome> {
  const { deps, account } = context;
  const owner = ownerOf(context);
  // People copy codes with spaces and dashes around or inside them.
  const code = typed.replace(/[\s\-‐-―−]/gu, '');
  if (code === '') return wrong('code', { key: 'error.factor-code-required' });
  if (!/^\d{6}$/.test(code)) return wrong('code', { key: 'error.factor-code-format' });
  const secret = await shownToSession(deps, owner, app);
  if (secret === null) return { kind: 'done', path, done: 'enrolment-over' };
  const step = await matchingStep(secret, code, deps.clock.now());
  if (step === null) return wrong('code', { key: 'error.factor-code-wrong' });
  if (!(await endEnrolment(deps, owner, app)))
    return { kind: 'done', path: '/account/factors', done: 'factors-meanwhile' };
  const sealedSecret = sealForAccount(deps.keyring, account, 'authenticator', secret);
  const authenticator = { sealedSecret, addedAt: deps.clock.now(), lastStep: step };
  switch (await addAuthenticator(changeDepsOf(context), owner, authenticator)) {
    case 'added-with-codes':
      return { kind: 'done', path: '/account/factors/recovery-codes', done: 'factor-added' };
    case 'added':
      return { kind: 'done', path: '/account/factors', done: 'factor-added' };
    case 'changed':
      return { kind: 'done', path: '/account/factors', done: 'factors-meanwhile' };
  }
}

/** An authenticator app is set up: QR code, secret in letters, and the first code to show that it works. */
export const authenticator = defineAccountPage({
  path,
  view: 'account/authenticator',
  fresh: true,
  form: z.union([
    z.object({ action: z.literal('begin') }),
    z.object({ action: z.undefined().optional(), code: z.string() }),
  ]),
  show,
  submit: (context, input) => (input.action === 'begin' ? begin(context) : confirm(context, input.code)),
});
