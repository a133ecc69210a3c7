/**
 * Clients that register themselves (OpenID Connect Registration, RFC 7591) and look after what they said (RFC 7592). Off
 * unless configured, and never without the initial access token. Such a client is kept in the store by its metadata, beside
 * those that operators put there, and is bounded by `registration` in avain.yaml (config/registered-client.ts).
 */
import { type Configuration, errors, type KoaContextWithOIDC } from 'oidc-provider';
import type { AuditEvent } from '../audit/audit-log.ts';
import { registeredSecret } from '../clients/registered-secret.ts';
import type { LiveClients } from '../clients/registry.ts';
import { checkStoredClient, type StoredClientDeps } from '../clients/stored-clients.ts';
import { hostsOf } from '../config/registered-client.ts';
import type { Deps } from '../deps.ts';
import type { ClientId } from '../ids.ts';
import type { RegisteredClients } from './client-model.ts';

type Features = NonNullable<Configuration['features']>;

/** Its own kind of id, which no client file has. */
const idPrefix = 'r-';

export function registrationFeatures({
  config,
  keyring,
  random,
}: Pick<Deps, 'config' | 'keyring' | 'random'>): Pick<Features, 'registration' | 'registrationManagement'> {
  const token = config.secrets.initialAccessToken;
  if (token === null) return { registration: { enabled: false }, registrationManagement: { enabled: false } };
  const made = new WeakMap<object, string>();
  const { management } = config.registration;
  return {
    registration: {
      enabled: true,
      initialAccessToken: token.reveal(),
      issueRegistrationAccessToken: management,
      idFactory: (ctx) => {
        const id = `${idPrefix}${random.bytes(16).toString('hex')}`;
        made.set(ctx, id);
        return id;
      },
      // A change may make a client confidential that was none: then it has its id already.
      secretFactory: (ctx) => registeredSecret(keyring, ctx.oidc.client?.clientId ?? made.get(ctx) ?? '').reveal(),
    },
    registrationManagement: { enabled: management, rotateRegistrationAccessToken: false },
  };
}

/** Standard members that the library does not know (RFC 7591 2); kept and told, and nothing follows from them. */
const known = ['software_id', 'software_version'] as const;

/** What such a client is, whatever it asked to be; it is told so in the answer (RFC 7591 3.2.1). */
export function extraClientMetadata({
  config,
}: Pick<Deps, 'config'>): NonNullable<Configuration['extraClientMetadata']> {
  return {
    properties: [...known],
    validator: (ctx: KoaContextWithOIDC | undefined, key, _value, metadata) => {
      if (ctx === undefined || key !== known[0]) return;
      const { grant_types: grants = [], scope } = metadata;
      const offline = Array.isArray(grants) && grants.includes('refresh_token') ? ['offline_access'] : [];
      const asked = typeof scope === 'string' ? scope.split(' ') : config.registration.scopes;
      const allowed = config.registration.scopes.filter((name) => asked.includes(name));
      metadata.scope = [...new Set(['openid', ...allowed, ...offline])].join(' ');
      metadata.subject_type = 'pairwise';
    },
  };
}

type StoreDeps = StoredClientDeps & Pick<Deps, 'storage' | 'clock'> & { readonly clients: LiveClients };

function sameHosts(before: readonly string[], now: unknown): boolean {
  return Array.isArray(now) && hostsOf(before).join(' ') === hostsOf(now.map(String)).join(' ');
}

/** As programs are told that something has run out (RFC 6749 4.1.2.1): an operator must make room. */
function noRoom(): Error {
  const told = 'as many clients are registered as may be (registration.most)';
  return Object.assign(new errors.CustomOIDCProviderError('temporarily_unavailable', told), {
    status: 503,
    statusCode: 503,
  });
}

/**
 * Whoever has the token could fill the store with clients. Counted in the store, by what every node has put there; of some
 * that come at the same moment a few more than the bound may pass.
 */
async function hasRoom({ storage, config }: StoreDeps): Promise<boolean> {
  const kept = await storage.clients.all();
  return kept.filter(({ id }) => id.startsWith(idPrefix)).length < config.registration.most;
}

/** Keeps what the library accepted, if our own rules for clients accept it too. */
export function registeredClients(deps: StoreDeps): RegisteredClients {
  const { storage, clock, clients } = deps;
  const record = (event: AuditEvent, clientId: ClientId) =>
    storage.audit.append({
      at: clock.now(),
      event,
      accountId: null,
      clientId,
      journeyId: null,
      details: { registered: true },
    });
  return {
    upsert: async (given, { client_secret: _derived, ...metadata }) => {
      // A cast: made above.
      const id = given as ClientId;
      const text = JSON.stringify({ registered: metadata });
      const before = clients.get(id);
      // A file of the same name is the operator's word: it wins, here too.
      if (before?.keptIn === 'file') throw new errors.InvalidClientMetadata('the client is configured by a file');
      // What people allowed, they allowed to whom their answers went: whoever else wants them registers anew.
      if (before && !sameHosts(before.redirectUris, metadata['redirect_uris']))
        throw new errors.InvalidClientMetadata('redirect_uris must stay at the host that people have been shown');
      if (!before && !(await hasRoom(deps))) throw noRoom();
      const { set, faults } = await checkStoredClient(deps, { id, text }, 'report');
      const [fault] = faults;
      if (fault)
        throw new errors.InvalidClientMetadata(`${fault.key.replace(/^registered\./, '')} must be ${fault.expected}`);
      // Before the change, as of every client in the store.
      await record('client.stored', id);
      await storage.clients.put({ id, text, changedAt: clock.now() });
      for (const client of set?.clients ?? []) clients.add(client);
    },
    destroy: async (given) => {
      // A cast: the library found it by this id.
      const id = given as ClientId;
      await record('client.removed', id);
      await storage.clients.remove(id);
      clients.remove(id);
    },
  };
}
