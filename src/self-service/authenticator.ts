import { z } from 'zod';
import { addAuthenticator } from '../factors/change-factors.ts';
import { endEnrolment, keepForSession, shownToSession } from '../factors/enrolment.ts';
import { matchingStep, newTotpSecret, otpauthUri } from '../factors/totp.ts';
import type { AuthenticatorModel } from '../http/factor-models.ts';
import { openFactor, sealForAccount } from '../identity/national-id.ts';
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

const factorsPath = '/account/factors';
const codesPath = '/account/factors/recovery-codes';
const recentMs = 5_000;

/** Where an app is there already: by the other half of a double click, which did what this one wanted, or by another tab. */
async function thereAlready(context: AccountContext, secret: string | null): Promise<AccountOutcome> {
  const { deps, account } = context;
  const now = await deps.storage.accounts.byId(account.id);
  const there = now?.factors.authenticator ?? null;
  if (now === null || there === null) return { kind: 'done', path, done: 'enrolment-over' };
  const own =
    secret === null
      ? deps.clock.now() - there.addedAt < recentMs
      : openFactor(deps.keyring, now, 'authenticator', there.sealedSecret) === secret;
  if (!own) return { kind: 'done', path: factorsPath, done: 'factors-meanwhile' };
  const madeAt = now.factors.recoveryCodes?.madeAt ?? 0;
  const codes = await shownToSession(deps, ownerOf(context), { field: 'recovery-codes', madeAt });
  return { kind: 'done', path: codes === null ? factorsPath : codesPath, done: 'factor-added' };
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
  if (secret === null) return thereAlready(context, null);
  const step = await matchingStep(secret, code, deps.clock.now());
  if (step === null) return wrong('code', { key: 'error.factor-code-wrong' });
  const sealedSecret = sealForAccount(deps.keyring, account, 'authenticator', secret);
  const authenticator = { sealedSecret, addedAt: deps.clock.now(), lastStep: step };
  const added = await addAuthenticator(changeDepsOf(context), owner, authenticator);
  if (added === 'changed') return thereAlready(context, secret);
  await endEnrolment(deps, owner, app);
  return { kind: 'done', path: added === 'added-with-codes' ? codesPath : factorsPath, done: 'factor-added' };
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
