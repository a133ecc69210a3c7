import { isOwnClient } from '../config/own-clients.ts';
import type { Client } from '../config/schema.ts';
import type { StatementKind } from '../config/statements.ts';
import type { Locale } from './locale.ts';

/** The client's own page of that kind, elsewhere; null = it has none. Avain's cookies are told here, whoever the client is. */
export function ownStatementLink(kind: StatementKind, client: Pick<Client, 'links'>, locale: Locale): string | null {
  return kind === 'cookies' ? null : (client.links?.[locale][kind] ?? null);
}

/** Where a statement is read. Avain's own pages have those of the installation. */
export function statementHref(kind: StatementKind, client: Client | null, locale: Locale): string {
  if (client === null || isOwnClient(client.id)) return `/${kind}`;
  return ownStatementLink(kind, client, locale) ?? `/${kind}/${client.id}`;
}
