import { z } from 'zod';
import type { Account } from '../accounts/account.ts';
import { maxNicknameLetters, readNickname } from '../accounts/nickname.ts';
import { keepLocale } from '../http/language-switch.ts';
import { type Locale, localeNames, locales } from '../http/locale.ts';
import type { Change } from '../storage/ports.ts';
import { type AccountContext, type AccountOutcome, defineAccountPage, wrong } from './account-page.ts';

type Profile = Pick<Account, 'nickname' | 'locale'>;

/** null = nothing is different. */
function changed({ deps, client }: AccountContext, account: Account, { nickname, locale }: Profile): Change | null {
  const named = nickname !== account.nickname;
  const spoken = locale !== account.locale || !account.localeChosen;
  if (!named && !spoken) return null;
  const audit = {
    at: deps.clock.now(),
    event: 'profile.changed',
    accountId: account.id,
    clientId: client.id,
    journeyId: null,
    details: { name: named, language: spoken ? locale : null },
  } as const;
  return { account: { ...account, nickname, locale, localeChosen: true }, effects: { audit: [audit] } };
}

async function save(context: AccountContext, typed: string, locale: Locale): Promise<AccountOutcome> {
  const { deps, ctx, account } = context;
  const read = readNickname(typed);
  if (!read.ok) return wrong('nickname', { key: `error.nickname-${read.fault}`, params: { max: maxNicknameLetters } });
  const { nickname } = read;
  await deps.storage.accounts.update(account.id, (current) => changed(context, current, { nickname, locale }));
  // A switch made in this browser before would win over what was just chosen.
  keepLocale(ctx, deps.config, locale);
  return { kind: 'done', path: '/account', done: 'profile' };
}

export const profile = defineAccountPage({
  path: '/account/profile',
  view: 'account/profile',
  fresh: false,
  section: {
    title: 'profile.title',
    summary: ({ account: { nickname, locale } }) =>
      nickname === null
        ? { key: 'profile.summary-no-name', params: { language: localeNames[locale] } }
        : { key: 'profile.summary', params: { name: nickname, language: localeNames[locale] } },
  },
  form: z.object({ nickname: z.string(), locale: z.enum(locales) }),
  show: ({ account }, typed) => ({
    nickname: typed.nickname ?? account.nickname ?? '',
    locale: account.locale,
  }),
  submit: (context, { nickname, locale }) => save(context, nickname, locale),
});
