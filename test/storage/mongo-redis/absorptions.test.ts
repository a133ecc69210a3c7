/** How a bound account is judged while the account that absorbs it goes on between two reads. */
import { expect, test } from '@jest/globals';
import type { AccountId } from '../../../src/ids.ts';
import { createAbsorptions } from '../../../src/storage/mongo-redis/absorptions.ts';
import type { AccountDocument, Pending } from '../../../src/storage/mongo-redis/documents.ts';
import type { Models } from '../../../src/storage/mongo-redis/models.ts';
import { testAccount } from '../../support/storage.ts';

const [into, born] = ['into' as AccountId, 'born' as AccountId];
const binding = { into, from: 7, change: 'absorption', at: 1 };
const pending: Pending = { change: 'absorption', audit: [], mails: [], evidence: [], spends: null, frees: [] };

const document = (_id: AccountId, more: Partial<AccountDocument> = {}): AccountDocument => ({
  _id,
  revision: 7,
  account: testAccount({ id: _id }),
  recent: [],
  pending: [],
  ...more,
});
const bound = document(born, { absorbing: binding });
const tombstone = document(born, { absorbing: binding, account: null });

/** The documents as they lie there; `after` changes them behind each read. */
function judging(documents: AccountDocument[], after: (read: AccountId) => void = () => undefined) {
  const find = async (id: AccountId) => {
    const found = documents.find(({ _id }) => _id === id) ?? null;
    after(id);
    return found;
  };
  // A cast: judging only reads, and all it reads comes from `find`.
  return createAbsorptions({} as unknown as Models, (work) => work(), find);
}

test('an account that nobody absorbs is itself, without a question', async () => {
  const free = document(born);
  const { follow, unbound } = judging([], () => expect('a read').toBe('none'));
  expect(await follow(free)).toBe(free);
  expect(await unbound(free)).toBe(free);
});

test.each<[string, AccountDocument, AccountDocument]>([
  ['owes the rest of it', bound, document(into, { revision: 8, pending: [pending] })],
  ['has settled everything', tombstone, document(into, { revision: 9 })],
])('absorbed by one that %s: who asks is sent on', async (_, seen, heir) => {
  const { follow, unbound } = judging([seen, heir]);
  expect(await follow(seen)).toBe(heir);
  expect(await unbound(seen)).toBeNull();
});

test('while it is undecided the account is there', async () => {
  expect(await judging([bound, document(into)]).follow(bound)).toBe(bound);
});

test('an absorption that cannot be any more is none', async () => {
  const { follow, unbound } = judging([bound, document(into, { revision: 8 })]);
  expect(await follow(bound)).toBe(bound);
  expect(await unbound(bound)).toBe(bound);
});

test('committed and settled between two reads is absorbed, though nothing of it is to be seen', async () => {
  const heir = document(into, { revision: 8 });
  const documents = [bound, heir];
  const { follow, unbound } = judging(documents, (read) => {
    if (read === into) documents[0] = tombstone;
  });
  expect(await follow(bound)).toBe(heir);
  documents[0] = bound;
  expect(await unbound(bound)).toBeNull();
});

test('who absorbed is followed to who absorbed it', async () => {
  const last = document('last' as AccountId, { revision: 3 });
  const middle = document(into, { account: null, absorbing: { ...binding, into: last._id } });
  expect(await judging([tombstone, middle, last]).follow(tombstone)).toBe(last);
});

test('an absorber that is gone for ever absorbs nobody', async () => {
  expect(await judging([bound]).follow(bound)).toBe(bound);
});
