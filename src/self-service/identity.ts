import { z } from 'zod';
import type { VerifiedPerson } from '../accounts/account.ts';
import type { AccountIdentityModel } from '../http/account-models.ts';
import { deviceLookOf } from '../http/device-look.ts';
import { openPerson } from '../identity/national-id.ts';
import { unlinkIdentity } from '../identity/unlink.ts';
import { type AccountContext, type AccountOutcome, defineAccountPage } from './account-page.ts';

const path = '/account/identity';

/** How the owner was identified last, as far as the audit log still knows; never the identity code. */
async function lastMethod({ deps, account }: AccountContext): Promise<'bank' | 'mobile' | null> {
  const events = ['strong-auth.identified'] as const;
  const [record] = await deps.storage.audit.history(account.id, { events, since: 0, skip: 0, limit: 1 });
  const method = record?.details.method;
  return method === 'ftn_bank' ? 'bank' : method === 'ftn_mobile' ? 'mobile' : null;
}

async function linked(context: AccountContext): Promise<AccountIdentityModel['linked']> {
  const { deps, account } = context;
  if (account.identity === null) return null;
  // A cast: only sealAccountPerson writes this field.
  const person =
    account.sealedPerson && (JSON.parse(openPerson(deps.keyring, account, account.sealedPerson)) as VerifiedPerson);
  return {
    linkedAt: account.identity.linkedAt,
    identifiedAt: account.identifiedAt,
    method: await lastMethod(context),
    name: person ? person.name : null,
    birthdate: person ? person.birthdate : null,
  };
}

export const identity = defineAccountPage({
  path,
  view: 'account/identity',
  fresh: false,
  section: {
    title: 'identity.title',
    summary: ({ account, deps, locale }) =>
      account.identity === null
        ? { key: 'identity.summary-none' }
        : { key: 'identity.summary', params: { datetime: deps.texts.datetime(locale, account.identity.linkedAt) } },
  },
  show: async (context) => ({ linked: await linked(context), unlinkHref: unlink.path }),
});

async function submit(
  { deps, ctx, account, client, session, browser }: AccountContext,
  linkedAt: string,
): Promise<AccountOutcome> {
  const endOtherSessions = () => deps.interactions.endOtherSessions(ctx, account.id);
  const input = { account, shown: Number(linkedAt), client, browser, where: deviceLookOf(ctx) };
  // Whoever was not the one to do it is shown how things stand.
  if (!(await unlinkIdentity({ ...deps, endOtherSessions }, input))) return { kind: 'done', path };
  // The level that the identification gave to this session went with the identity.
  await deps.storage.sessions.update(session.uid, (facts) => ({ value: { ...facts, identified: null } }));
  return { kind: 'done', path, done: 'unlinked' };
}

/** Only for whoever was identified as the linked person minutes ago: identity/unlink.ts says why. */
export const unlink = defineAccountPage({
  path: `${path}/unlink`,
  view: 'account/unlink',
  fresh: ({ identity }) => (identity === null ? false : 'identified'),
  form: z.object({ linkedAt: z.string().regex(/^\d{1,15}$/) }),
  show: ({ account }) => ({ linkedAt: account.identity?.linkedAt ?? null, identityHref: path }),
  submit: (context, { linkedAt }) => submit(context, linkedAt),
});
