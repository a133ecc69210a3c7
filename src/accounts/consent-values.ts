/** What a third party will be told, item by item, as the page of consent shows it to the one whom it is about. */
import type { Client, Config } from '../config/schema.ts';
import type { Deps } from '../deps.ts';
import type { Locale } from '../http/locale.ts';
import type { ConsentValue } from '../http/step-models.ts';
import type { ConsentItem } from '../http/views.ts';
import type { Account } from './account.ts';
import { plainClaims } from './claims.ts';
import { type Asked, claimNames, consentItemsOf } from './consent.ts';

type ValueDeps = Pick<Deps, 'keyring' | 'clock' | 'storage' | 'texts' | 'config'>;

export type ConsentPage = {
  readonly account: Account;
  readonly client: Client;
  readonly locale: Locale;
  readonly asked: Asked;
};

type Claims = Awaited<ReturnType<typeof plainClaims>>;

const textOf = (claims: Claims, name: string): string | null => {
  const value = claims[name];
  return typeof value === 'string' ? value : null;
};

function countyName({ rosters }: Config, { client, locale }: ConsentPage, county: string | null): string | null {
  const name = rosters[client.roster?.id ?? '']?.counties[county ?? '']?.name[locale];
  return name ?? county;
}

/** The whole name where it is told, else the parts that are. */
function nameLines({ texts }: ValueDeps, { locale }: ConsentPage, claims: Claims): readonly (string | null)[] {
  const parts = [textOf(claims, 'given_name'), textOf(claims, 'family_name')].filter((part) => part !== null);
  const nickname = textOf(claims, 'nickname');
  return [
    textOf(claims, 'name') ?? (parts.join(' ') || null),
    nickname && texts.t(locale, 'consent.nickname', { nickname }),
  ];
}

/** Never the identity code itself: what everybody with a date of birth could write of it. */
async function maskedCode(deps: ValueDeps, { account, client }: ConsentPage): Promise<string | null> {
  if (account.identity === null) return null;
  const birthdate = textOf(await plainClaims(deps, { account, client }, ['birthdate']), 'birthdate');
  if (birthdate === null || account.identity.idType !== 'hetu') return '••••';
  const [year = '', month = '', day = ''] = birthdate.split('-');
  return `${day}${month}${year.slice(2)} ••••`;
}

/** null = a permission that has no value, or one of Avain's own. */
async function valuesOf(deps: ValueDeps, page: ConsentPage, item: ConsentItem, claims: Claims) {
  const { texts, config } = deps;
  const { locale } = page;
  const list = (name: 'roles' | 'groups') => [claims[name] ?? []].flat().map(String);
  const grown = claims['age_over_18'];
  const birthdate = textOf(claims, 'birthdate');
  switch (item) {
    case 'openid':
    case 'offline_access':
      return null;
    case 'email':
      return [page.account.email];
    case 'profile':
      return nameLines(deps, page, claims);
    case 'birthdate':
      return [birthdate && texts.date(locale, birthdate)];
    case 'age_over_18':
      return [grown === undefined ? null : texts.t(locale, grown === true ? 'consent.yes' : 'consent.no')];
    case 'national_id':
      return [await maskedCode(deps, page)];
    case 'roles':
    case 'groups':
      return list(item);
    case 'county':
      return [countyName(config, page, textOf(claims, 'county'))];
  }
}

/** By the claims that will be told, of which nothing is left out and nothing added. */
export async function consentValues(deps: ValueDeps, page: ConsentPage): Promise<readonly ConsentValue[]> {
  const claims = await plainClaims(deps, page, claimNames(page.asked));
  return Promise.all(
    consentItemsOf(page.asked).map(async (item) => {
      const values = await valuesOf(deps, page, item, claims);
      return { item, values: values === null ? null : values.filter((value) => value !== null) };
    }),
  );
}
