/** The link of a notice is there before its mail, and a mail that is tried again does not bring a spent one back. */
import { expect, test } from '@jest/globals';
import type { Account } from '../../src/accounts/account.ts';
import type { Client } from '../../src/config/schema.ts';
import { openMail } from '../../src/mail/messages.ts';
import { storeNotMeLink } from '../../src/notices/not-me-link.ts';
import { composeNotice } from '../../src/notices/notice.ts';
import { findLink, markSpent, tokenHashOf } from '../../src/secrets/one-time.ts';
import { codeDeps } from '../secrets/deps.ts';

// Casts: what a notice reads of an account and of the configuration.
const account = { id: 'a', email: 'aino@oma.example', emailFingerprint: 'f', locale: 'sv' } as unknown as Account;
const client = { id: 'test-web' } as unknown as Client;

async function noticed() {
  const { deps: parts, clock } = await codeDeps();
  const deps = { ...parts, config: { ...parts.config, issuer: 'https://avain.example' } };
  const model = { at: clock.now(), where: null };
  const mail = composeNotice(deps, { message: 'password-changed', account, client, model });
  const letter = openMail(deps, mail);
  const href = 'notMeHref' in letter.model ? letter.model.notMeHref : '';
  return { deps, clock, mail, letter, href, tokenHash: tokenHashOf(new URL(href).searchParams.get('token') ?? '') };
}

test('it opens from the moment its mail is sent, for thirty days, and knows what it was told about', async () => {
  const { deps, clock, mail, letter, href, tokenHash } = await noticed();
  expect(href).toMatch(/^https:\/\/avain\.example\/links\/not-me\?token=[\w-]{43}$/);
  expect(mail).toMatchObject({ locale: 'sv', accountId: 'a' });
  // What rests in the outbox shows neither the token nor the address.
  expect(JSON.stringify(mail)).not.toMatch(new RegExp(`${href.slice(-43)}|aino`));
  expect((await findLink(deps, 'not-me', tokenHash)).state).toBe('invalid');
  clock.advance(3_600_000);
  await storeNotMeLink(deps, mail, letter);
  const { state, link } = await findLink(deps, 'not-me', tokenHash);
  expect(state).toBe('live');
  expect(link).toMatchObject({ about: 'password-changed', accountId: 'a', browser: null });
  // The row may outlive an erased account by weeks.
  expect(JSON.stringify(link)).not.toContain('aino');
  expect(link?.validUntil).toBe(clock.now() + 30 * 86_400_000);
});

test('a second try of the mail leaves a spent link spent', async () => {
  const { deps, mail, letter, tokenHash } = await noticed();
  await storeNotMeLink(deps, mail, letter);
  await markSpent(deps, tokenHash, null);
  await storeNotMeLink(deps, mail, letter);
  expect((await findLink(deps, 'not-me', tokenHash)).state).toBe('used');
});

test('a mail without such a link stores nothing', async () => {
  const { deps, mail } = await noticed();
  const puts: string[] = [];
  const links = { ...deps.storage.links, put: async (key: string) => void puts.push(key) };
  const letter = { to: account.email, model: { at: 0 } };
  await storeNotMeLink({ ...deps, storage: { ...deps.storage, links } }, mail, letter);
  expect(puts).toEqual([]);
});
