import type { Context } from 'koa';
import { errors, type Provider } from 'oidc-provider';
import type { Language } from '../language.ts';
import type { DialectRules } from './dialect-rules.ts';
import { testLevels } from './dialects.ts';
import { testPersons } from './persons.ts';
import type { Switches } from './start-page.ts';
import type { Visit, Visits } from './visits.ts';

export type VisitorParts = Readonly<{
  provider: Provider;
  visits: Visits;
  switches: Switches;
  dialect: DialectRules;
}>;

/** The visit that this browser has at this address: only with the interaction's own cookie; undefined when it has ended. */
export async function findOrOpen(parts: VisitorParts, ctx: Context): Promise<Visit | undefined> {
  const { provider, visits } = parts;
  const interaction = await provider.interactionDetails(ctx.req, ctx.res).catch((error: unknown) => {
    if (error instanceof errors.SessionNotFound) return undefined;
    throw error;
  });
  if (!interaction || interaction.uid !== ctx['params']['uid']) return undefined;
  const { uid, params } = interaction;
  const visit = visits.find(uid) ?? visits.open({ uid, ...startOf(params, parts) });
  visit.language = languageIn(ctx.query['lang']) ?? visit.language;
  return visit;
}

type Start = Omit<Parameters<Visits['open']>[0], 'uid'>;

function startOf(params: Record<string, unknown>, { switches, dialect }: VisitorParts): Start {
  const words = (name: string) => textOf(params[name]).split(' ');
  const asked = [...words('ftn_idp_id'), ...words('acr_values')];
  return {
    serviceName: textOf(params['ftn_spname']),
    asked: asked.map((hint) => kindOf(hint, dialect)).find((kind) => kind !== null) ?? null,
    // Nobody real is named by a hint: only test persons have such keys.
    hinted: testPersons.find(({ key }) => key === params['login_hint']) ?? null,
    high: onlyHigh(asked, dialect),
    confirmsData: switches.dataPage || words('prompt').includes('consent'),
    disturbed: switches.disturbance,
    language: languageIn(words('ui_locales')[0]) ?? 'fi',
  };
}

/** `bank` and `mobile` are what the demo world itself says; the others what the real brokers are told. */
function kindOf(hint: string, { hints }: DialectRules): Visit['asked'] {
  return hint === 'bank' || hint === 'mobile' ? hint : (hints[hint] ?? null);
}

// Banks and mobile certificate are substantial in reality; high is given when nothing less was asked for, so that it
// can be tried at all.
function onlyHigh(asked: readonly string[], { levels }: DialectRules): boolean {
  const [substantial, high] = levels ?? testLevels;
  return asked.includes(high) && !asked.includes(substantial);
}

function languageIn(value: unknown): Language | undefined {
  return value === 'fi' || value === 'sv' || value === 'en' ? value : undefined;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
