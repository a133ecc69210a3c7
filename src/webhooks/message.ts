import { hash } from 'node:crypto';
import { subjectOf } from '../accounts/subject.ts';
import type { ChainedRecord } from '../audit/chain.ts';
import type { Client, Config } from '../config/schema.ts';
import type { Deps } from '../deps.ts';
import type { AccountId } from '../ids.ts';
import { type EventType, isMatch, sentAs } from './vocabulary.ts';

export type Endpoint = Config['webhooks'][number];

export type Message = { readonly id: string; readonly type: EventType | 'webhook.test'; readonly body: string };

type MessageDeps = Pick<Deps, 'storage' | 'clients' | 'keyring'>;

/** The record as a message to this endpoint; null where it is none of its business. */
export async function messageTo(deps: MessageDeps, endpoint: Endpoint, record: ChainedRecord): Promise<Message | null> {
  const type = sentAs[record.event];
  if (type === null || !endpoint.events.some((pattern) => isMatch(pattern, type))) return null;
  if (endpoint.clientId === null) return composed(endpoint, record, type, forOperator(record));
  const client = clientOf(deps, endpoint.clientId);
  const { accountId } = record;
  if (accountId === null || !(await isOfClient(deps, client, accountId))) return null;
  return composed(endpoint, record, type, { sub: subjectOf(deps.keyring, client, accountId) });
}

/** The same message once more, of a record that was for this endpoint. */
export function messageAgain(deps: MessageDeps, endpoint: Endpoint, record: ChainedRecord): Message | null {
  const type = sentAs[record.event];
  if (type === null) return null;
  const { clientId } = endpoint;
  if (clientId === null) return composed(endpoint, record, type, forOperator(record));
  if (record.accountId === null) return null;
  return composed(endpoint, record, type, {
    sub: subjectOf(deps.keyring, clientOf(deps, clientId), record.accountId),
  });
}

/** Throws where there is no such client now: its messages wait until there is. */
function clientOf({ clients }: MessageDeps, id: string): Client {
  const client = clients.get(id);
  if (!client) throw new Error(`webhooks: no client ${id}`);
  return client;
}

function composed(endpoint: Endpoint, { hash: link, at }: ChainedRecord, type: EventType, data: object): Message {
  // Another id at each endpoint: two clients that compare theirs must not learn that two subjects are one person.
  const id = `evt_${hash('sha256', `${endpoint.name} ${link}`, 'base64url')}`;
  return { id, type, body: JSON.stringify({ type, timestamp: new Date(at).toISOString(), data }) };
}

/** Of the details only these: others may hold a word that an operator typed, such as the reason of a relinking. */
const toldDetails = ['kind', 'kid', 'alg'];

function forOperator({ accountId, clientId, details }: ChainedRecord): object {
  const told = Object.entries(details).filter(([name]) => toldDetails.includes(name));
  return { sub: accountId, client_id: clientId, ...Object.fromEntries(told) };
}

const pageRows = 200;

/**
 * Whether somebody has signed in to this client, as the records have it, which outlive an account. Who merely came by it is
 * none of its business: a third party was not yet allowed anything.
 */
async function isOfClient({ storage }: MessageDeps, client: Client, accountId: AccountId): Promise<boolean> {
  const account = await storage.accounts.byId(accountId);
  // Taken away, an access is nobody's way to hear more.
  if (account && client.party === 'third') return Object.hasOwn(account.consents, client.id);
  for (let skip = 0; ; skip += pageRows) {
    const asked = { events: ['sign-in.finished'], since: 0, skip, limit: pageRows } as const;
    const page = await storage.audit.history(accountId, asked);
    if (page.some(({ clientId }) => clientId === client.id)) return true;
    if (page.length < pageRows) return false;
  }
}
