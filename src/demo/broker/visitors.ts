import type { Context } from 'koa';
import { errors, type Provider } from 'oidc-provider';
import type { Language } from '../language.ts';
import { testPersons } from './persons.ts';
import { testLevels } from './provider.ts';
import type { Switches } from './start-page.ts';
import type { Visit, Visits } from './visits.ts';

/** The visit that this browser has at this address: only with the interaction's own cookie; undefined when it has ended. */
export async function findOrOpen(
  provider: Provider,
  visits: Visits,
  switches: Switches,
  ctx: Context,
): Promise<Visit | undefined> {
  const interaction = await provider.interactionDetails(ctx.req, ctx.res).catch((error: unknown) => {
    if (error instanceof errors.SessionNotFound) return undefined;
    throw error;
  });
  if (!interaction || interaction.uid !== ctx['params']['uid']) return undefined;
  const { uid, params } = interaction;
  const visit =
    visits.find(uid) ??
    visits.open({
      uid,
      serviceName: textOf(params['ftn_spname']),
      asked: kindOf(params['ftn_idp_id']),
      hinted: testPersons.find(({ key }) => key === params['login_hint']) ?? null,
      level: levelOf(textOf(params['acr_values'])),
      confirmsData: switches.dataPage || textOf(params['prompt']).split(' ').includes('consent'),
      language: languageIn(textOf(params['ui_locales']).split(' ')[0]) ?? 'fi',
    });
  visit.language = languageIn(ctx.query['lang']) ?? visit.language;
  return visit;
}

function kindOf(hint: unknown): Visit['asked'] {
  return hint === 'bank' || hint === 'mobile' ? hint : null;
}

// Banks and mobile certificate are substantial in reality; high is given when nothing less was asked for, so that it
// can be tried at all.
function levelOf(acrValues: string): string {
  const asked = acrValues.split(' ');
  return testLevels.find((level) => asked.includes(level)) ?? testLevels[0];
}

function languageIn(value: unknown): Language | undefined {
  return value === 'fi' || value === 'sv' || value === 'en' ? value : undefined;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
