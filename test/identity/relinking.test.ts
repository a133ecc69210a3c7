import { expect, test } from '@jest/globals';
import { liveClients } from '../../src/clients/registry.ts';
import type { Client } from '../../src/config/schema.ts';
import { askRelinking, confirmRelinking, openRelinkings } from '../../src/identity/relinking.ts';
import type { AccountId, ClientId } from '../../src/ids.ts';
import { testAudit, testIdentity } from '../support/storage.ts';
import { bornAccount, ceremonyDeps, mailsOf, newJourneyId } from './ceremony.ts';

const dayMs = 86_400_000;
const asked = { by: 'Maija Tuki', reason: 'tiketti 4711', actor: 'operator:Maija Tuki', version: null };

/** A linked account of somebody who last signed in to `oima-apu`. */
async function linkedAccount() {
  const all = await ceremonyDeps();
  const { id } = await bornAccount(all, newJourneyId());
  const device = { browser: 'old', firstSeenAt: 1, lastSeenAt: 1, lastJourney: 'old' };
  await all.storage.accounts.update(id, (account) => ({
    account: {
      ...account,
      identity: testIdentity(),
      sealedPerson: 'sealed',
      identifiedAt: 5,
      devices: [device as never],
    },
    effects: { audit: [testAudit({ accountId: id, clientId: 'oima-apu' as ClientId })] },
  }));
  const ended: AccountId[] = [];
  const deps = {
    ...all,
    // A cast: of the clients only their ids are read here.
    clients: liveClients([{ id: 'oima' } as Client]),
    endSessionsOf: async (account: AccountId): Promise<void> => void ended.push(account),
  };
  const account = () => all.storage.accounts.byId(id);
  const ask = (words = asked) => askRelinking(deps, id, words);
  return {
    deps,
    id,
    ended,
    account,
    ask,
    confirm: (which: string, by: string) => confirmRelinking(deps, which, { by, actor: `operator:${by}` }),
  };
}
type Support = Awaited<ReturnType<typeof linkedAccount>>;

async function askedId({ ask }: Support): Promise<string> {
  const result = await ask();
  if (result.outcome !== 'asked') throw new Error(result.outcome);
  return result.id;
}

test('asked by one and confirmed by another: unlinked, everybody out, identification and code owed, the owner told', async () => {
  const at = await linkedAccount();
  const id = await askedId(at);
  expect((await at.account())?.identity).not.toBeNull();
  expect(await at.confirm(id, 'Kaisa Valvoja')).toEqual({ outcome: 'unlinked' });
  const owed = { since: at.deps.clock.now(), rule: 'relink' };
  expect(await at.account()).toMatchObject({
    identity: null,
    sealedPerson: null,
    identifiedAt: null,
    relinking: null,
    owedIdentification: owed,
    owedCode: owed,
    devices: [],
  });
  expect(at.ended).toEqual([at.id, at.id]);
  const [mail] = await at.deps.storage.outbox.claimDue(at.deps.clock.now(), 5, 1);
  expect(mail?.mail).toMatchObject({ message: 'unlinked', clientId: 'oima-apu', accountId: at.id });
});

test('both are named in the audit log, with the reason', async () => {
  const at = await linkedAccount();
  const id = await askedId(at);
  await at.confirm(id, 'Kaisa Valvoja');
  const [confirmed, first] = await at.deps.storage.audit.list({ accountId: at.id, limit: 2 });
  const { by: askedBy, reason, actor } = asked;
  expect(first).toMatchObject({ event: 'relinking.asked', actor, details: { id, by: askedBy, reason } });
  expect(confirmed).toMatchObject({
    event: 'relinking.confirmed',
    details: { id, askedBy, reason, by: 'Kaisa Valvoja' },
  });
});

test.each(['Maija Tuki', ' maija  TUKI ', 'Ｍａｉｊａ Tuki'])(
  '%j is the same person who asked, so it is not confirmed',
  async (by) => {
    const at = await linkedAccount();
    expect(await at.confirm(await askedId(at), by)).toEqual({ outcome: 'same-person' });
    expect((await at.account())?.identity).not.toBeNull();
    expect([at.ended, await mailsOf(at.deps)]).toEqual([[], []]);
  },
);

test('what was not asked is not confirmed: another id, a made-up one, or one whose seven days are over', async () => {
  const at = await linkedAccount();
  const id = await askedId(at);
  for (const wrong of [`${at.id}.AAAAAAAA`, 'nobody.AAAAAAAA', 'AAAAAAAA', '', `${id}x`]) {
    expect(await at.confirm(wrong, 'Kaisa Valvoja')).toEqual({ outcome: 'not-found' });
  }
  at.deps.clock.advance(7 * dayMs);
  expect(await at.confirm(id, 'Kaisa Valvoja')).toEqual({ outcome: 'not-found' });
  expect((await at.account())?.identity).not.toBeNull();
});

test('asked once at a time; asked again after seven days, only the new one counts', async () => {
  const at = await linkedAccount();
  const first = await askedId(at);
  expect(await at.ask()).toEqual({ outcome: 'asked-already' });
  at.deps.clock.advance(7 * dayMs);
  const second = await askedId(at);
  expect(await at.confirm(first, 'Kaisa Valvoja')).toEqual({ outcome: 'not-found' });
  expect(await at.confirm(second, 'Kaisa Valvoja')).toEqual({ outcome: 'unlinked' });
});

test('an account without identity has nothing to unlink, and nobody is nobody', async () => {
  const at = await linkedAccount();
  await at.confirm(await askedId(at), 'Kaisa Valvoja');
  expect(await at.ask()).toEqual({ outcome: 'not-linked' });
  expect(await askRelinking(at.deps, 'nobody' as AccountId, asked)).toEqual({ outcome: 'no-account' });
});

test('two confirm at the same moment: it is done once', async () => {
  const at = await linkedAccount();
  const id = await askedId(at);
  const outcomes = await Promise.all([at.confirm(id, 'Kaisa Valvoja'), at.confirm(id, 'Kalle Valvoja')]);
  expect(outcomes.map(({ outcome }) => outcome).toSorted()).toEqual(['not-found', 'unlinked']);
  const events = (await at.deps.storage.audit.list({ accountId: at.id, limit: 9 })).map(({ event }) => event);
  expect(events.filter((event) => event === 'relinking.confirmed')).toHaveLength(1);
});

test('the list has what waits, among however many accounts', async () => {
  const at = await linkedAccount();
  for (let count = 0; count < 30; count += 1) await bornAccount(at.deps, newJourneyId());
  const id = await askedId(at);
  const open = async () => {
    const ids: string[] = [];
    for await (const relinking of openRelinkings(at.deps.storage.accounts, at.deps.clock.now())) ids.push(relinking.id);
    return ids;
  };
  expect(await open()).toEqual([id]);
  at.deps.clock.advance(7 * dayMs);
  expect(await open()).toEqual([]);
});
