import { z } from 'zod';
import { emailFingerprint, parseEmailAddress } from '../../accounts/email-address.ts';
import type { AccountId } from '../../ids.ts';
import { accountState } from '../../lifecycle/account-state.ts';
import { personalData } from '../../lifecycle/personal-data.ts';
import { operation } from '../operation.ts';
import { accountIdIn, accountParams, noBody, notFound, nothing } from '../shapes.ts';
import { accountShape } from './shapes.ts';

/** An address never stands in a URL, which proxies and histories keep: a search is a POST. */
export const whichBody = z
  .strictObject({
    address: z.string().max(254).optional().describe('The whole e-mail address: there is no search by a part of it'),
    id: z
      .string()
      .regex(/^[\w-]{1,64}$/)
      .optional(),
  })
  .refine(({ address, id }) => (address === undefined) !== (id === undefined), 'either address or id');

const addressOrNull = (typed: string) => {
  const parsed = parseEmailAddress(typed);
  return parsed.ok ? parsed.address : null;
};

/** Those who help people, and those who run Avain. An auditor sees persons by their ids only, in the audit log. */
const helpers = ['support', 'operator', 'owner'] as const;

export const search = operation({
  id: 'account.search',
  method: 'POST',
  path: '/accounts/search',
  summary: 'Finds an account by its whole address or its id',
  roles: helpers,
  readsPerson: true,
  guarded: null,
  params: nothing,
  query: nothing,
  body: whichBody,
  output: z.strictObject({ accounts: z.array(accountShape).max(1) }),
  async run({ deps }, { body: { address, id } }) {
    const { accounts } = deps.storage;
    const typed = address === undefined ? null : addressOrNull(address);
    // A cast: whether it is an id is for the store to say.
    const byId = id === undefined ? null : await accounts.byId(id as AccountId);
    const account = typed === null ? byId : await accounts.byEmail(emailFingerprint(deps.keyring, typed));
    return { output: { accounts: account ? [accountState(deps, account)] : [] }, about: account?.id ?? null };
  },
});

export const read = operation({
  id: 'account.read',
  method: 'GET',
  path: '/accounts/{account}',
  summary: 'How an account stands',
  roles: helpers,
  readsPerson: true,
  guarded: 'read',
  params: accountParams,
  query: nothing,
  body: noBody,
  output: accountShape,
  async run({ deps }, { params }) {
    const account = await deps.storage.accounts.byId(accountIdIn(params));
    if (account === null) throw notFound();
    return { output: accountState(deps, account), version: String(account.version) };
  },
});

export const exportData = operation({
  id: 'account.export',
  method: 'GET',
  path: '/accounts/{account}/export',
  summary: "A person's own copy of everything that is held about them, for a request under GDPR 15",
  // All there is of a person, in clear: whoever answers such a request does it in the owner's name.
  roles: ['owner'],
  readsPerson: true,
  guarded: null,
  params: accountParams,
  query: nothing,
  body: noBody,
  output: z.looseObject({ version: z.int(), madeAt: z.string(), account: z.looseObject({ id: z.string() }) }),
  async run({ deps }, { params }) {
    const account = await deps.storage.accounts.byId(accountIdIn(params));
    if (account === null) throw notFound();
    const uids = await deps.sessionUidsOf(account.id);
    const found = await Promise.all(uids.map((uid) => deps.storage.sessions.get(uid)));
    const data = await personalData(
      deps,
      account,
      found.filter((session) => session !== null),
    );
    return { output: { ...data, madeAt: String(data.madeAt) } };
  },
});
