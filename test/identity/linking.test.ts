import { expect, test } from '@jest/globals';
import { atLinking, type Linking, mailsOf } from './ceremony.ts';

const minuteMs = 60_000;

const linked = async (at: Linking) => (await at.storage.accounts.byId(at.account.id))?.identity ?? null;
const events = async (at: Linking) =>
  (await at.storage.audit.list({ accountId: at.account.id, limit: 10 })).map(({ event }) => event);

test('with every proof in the journey, the account has the identity, and the log the words that were agreed to', async () => {
  const at = await atLinking();
  expect(await at.link()).toEqual({ outcome: 'linked' });
  expect(await linked(at)).toMatchObject({ country: 'FI', idType: 'hetu', linkedAt: at.clock.now() });
  const [record] = await at.storage.audit.list({ accountId: at.account.id, limit: 1 });
  expect(record).toMatchObject({
    event: 'link-eid.linked',
    details: { consent: at.shown.textHash, consentLocale: 'fi' },
  });
  const journey = await at.storage.journeys.get(at.journey.id);
  expect(journey?.linkConsent).toEqual({ to: 'link', at: at.clock.now(), ...at.shown });
  expect(await mailsOf(at)).toEqual(['linked']);
});

test('a role was given to the person who was linked: whoever links anew has none', async () => {
  const at = await atLinking();
  await at.storage.accounts.update(at.account.id, (account) => ({
    account: { ...account, adminRole: 'owner' },
    effects: {},
  }));
  expect(await at.link()).toEqual({ outcome: 'linked' });
  expect((await at.storage.accounts.byId(at.account.id))?.adminRole).toBeNull();
  const records = await at.storage.audit.list({ accountId: at.account.id, limit: 2 });
  expect(records.map(({ event }) => event).sort()).toEqual(['admin-role.changed', 'link-eid.linked']);
});

test.each([
  ['the journey is another account’s by now', 'account', { accountId: 'somebody-else' }],
  ['nobody was identified', 'identity', { identity: null }],
  ['no password was typed', 'password', { passwordAt: null }],
  ['no mailbox was proved', 'mailbox', { mailboxAt: null }],
  ['the link was opened in another browser', 'mailbox', { mailboxSameBrowser: false }],
] as const)('nothing is linked where %s', async (_case, proof, taken) => {
  const at = await atLinking();
  await at.change({ ...taken } as Parameters<Linking['change']>[0]);
  expect(await at.link()).toEqual({ outcome: 'missing', proof });
  expect([await linked(at), await events(at)]).toEqual([null, []]);
});

test.each([
  ['identity', 30, { password: 30, mailbox: 30 }],
  ['password', 60, { identity: 60, mailbox: 60 }],
  ['mailbox', 60, { identity: 60, password: 60 }],
] as const)('a proof of %s that is %i minutes old is none', async (proof, minutes, renewed) => {
  const at = await atLinking();
  at.clock.advance(minutes * minuteMs - 1);
  const almost = await at.copy();
  await almost.renew(renewed);
  expect(await almost.link()).toEqual({ outcome: 'linked' });
  at.clock.advance(1);
  const over = await at.copy();
  await over.renew(renewed);
  expect(await over.link()).toEqual({ outcome: 'missing', proof });
  expect(await linked(over)).toBeNull();
});

test('a code in this journey proves the mailbox, and a password in a fresh session counts like one typed here', async () => {
  const at = await atLinking();
  await at.change({ mailboxAt: null, codeAt: at.clock.now(), passwordAt: null });
  expect(await at.link({ sessionPasswordAt: at.clock.now() - 60 * minuteMs })).toEqual({
    outcome: 'missing',
    proof: 'password',
  });
  expect(await at.link({ sessionPasswordAt: at.clock.now() - 59 * minuteMs })).toEqual({ outcome: 'linked' });
});

test('words that are not today’s are no consent, in whichever language; those of another language are', async () => {
  const at = await atLinking();
  expect(await at.link({ shown: { locale: 'fi', textHash: '' } })).toEqual({ outcome: 'missing', proof: 'consent' });
  const wrongLanguage = { ...at.shown, locale: 'sv' } as const;
  expect(await at.link({ shown: wrongLanguage })).toEqual({ outcome: 'missing', proof: 'consent' });
  const swedish = at.words('link', 'sv');
  expect(swedish.textHash).not.toBe(at.shown.textHash);
  expect(await at.link({ shown: at.words('keep', 'fi') })).toEqual({ outcome: 'missing', proof: 'consent' });
  expect(await at.link({ shown: swedish })).toEqual({ outcome: 'linked' });
});

test('a proof that was carried over from another journey opens nothing', async () => {
  const at = await atLinking();
  const other = await at.sameAccount('010150U906K');
  await at.change({ identity: other.journey.identity });
  await expect(at.link()).rejects.toThrow('a sealed value cannot be opened');
  // Nor do fingerprints that tell of somebody else than the sealed code.
  const sealed = at.journey.identity && {
    ...at.journey.identity,
    fingerprints: other.journey.identity?.fingerprints ?? [],
  };
  await at.change({ identity: sealed });
  expect(await at.link()).toEqual({ outcome: 'missing', proof: 'identity' });
  expect(await linked(at)).toBeNull();
});

test('two accounts link one identity at the same moment: one has it, the other is told of the conflict', async () => {
  const at = await atLinking();
  const rival = await at.copy();
  const outcomes = await Promise.all([at.link(), rival.link()]);
  expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['conflict', 'linked']);
  expect([await linked(at), await linked(rival)].filter((identity) => identity !== null)).toHaveLength(1);
});

test('one account is linked to two identities at the same moment: it has one, the other proof is foreign to it', async () => {
  const at = await atLinking();
  const sibling = await at.sameAccount('010150U906K');
  const outcomes = await Promise.all([at.link(), sibling.link()]);
  expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['linked', 'mismatch']);
  expect(await events(at)).toEqual(['link-eid.linked']);
});

test('done twice, it is done once', async () => {
  const at = await atLinking();
  expect([await at.link(), await at.link()]).toEqual([{ outcome: 'linked' }, { outcome: 'linked' }]);
  expect(await events(at)).toEqual(['link-eid.linked']);
});

test('a barred account is linked to nobody', async () => {
  const at = await atLinking();
  await at.storage.accounts.update(at.account.id, (account) => ({ account: { ...account, barredAt: at.clock.now() } }));
  expect(await at.link()).toEqual({ outcome: 'missing', proof: 'account' });
  expect(await linked(at)).toBeNull();
});
