import type { Config } from '../config/schema.ts';
import type { DeveloperDetail } from '../http/integrator-models.ts';
import { errorEntry } from '../integrator/catalogue.ts';
import { consoleHref } from '../integrator/console-href.ts';
import { hiddenDetail, type RefusalError } from './refusals.ts';

type Told = { readonly error: string; readonly error_description?: string | undefined };

/** The words of the catalogue are written for docs/, in Markdown. */
const plain = (text: string): string => text.replaceAll('`', '');

/**
 * What the developer of a client is told on an error page, in English. Null outside the development profile: what helps
 * a developer to find out who was wrong helps an attacker as well.
 */
export function developerDetail(
  { profile }: Pick<Config, 'profile'>,
  { error, error_description: description = '' }: Told,
  thrown: RefusalError,
  clientId: string | null,
): DeveloperDetail | null {
  const entry = errorEntry(error);
  if (profile !== 'development' || entry === null) return null;
  return {
    error,
    description,
    detail: hiddenDetail(thrown),
    meaning: plain(entry.meaning),
    whatToDo: plain(entry.whatToDo),
    consoleHref: consoleHref(clientId),
  };
}
