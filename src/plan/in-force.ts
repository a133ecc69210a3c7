/**
 * What runs, beside what the files say: `avain plan` and `avain apply`. Every Avain writes down what it runs as it starts
 * and whenever its clients change (note.ts), so that files can be compared with it from anywhere, with either storage.
 *
 * in-force.ts: a configuration as a flat list of keys. differences.ts: two of them beside each other. operations.ts: the two
 * commands. Promises: no secret, no text that people typed and no address of anybody is written down, but a keyed hash of
 * it, which tells that it differs and nothing else.
 */
import { shownClient } from '../clients/shown-client.ts';
import type { Client, Config } from '../config/schema.ts';
import type { Keyring } from '../secrets/sealing.ts';

/** Key → its value as JSON, or a keyed hash of it. The first part is the file: `avain.yaml limits.mails.perHour`. */
export type InForce = Readonly<Record<string, string>>;

/** Longer values say less to a reader than that they differ. */
const shownLength = 120;

type Hash = (text: string) => string;

export function inForce(config: Config, clients: Iterable<Client>, keyring: Pick<Keyring, 'mac'>): InForce {
  const hash: Hash = (text) => `hash:${keyring.mac('configuration', text).slice(0, 12)}`;
  // Secrets have ids of their own (avain keys list); rows of rosters are people.
  const { secrets: _secrets, rosterRows, configDir: _dir, terms, statements, rosters, ...rest } = config;
  // A cast: the type leaves out what loading adds beside the configuration.
  const {
    clients: _first,
    clientSources: _sources,
    clientFolders: _folders,
    ...settings
  } = rest as Record<string, unknown>;
  return Object.fromEntries([
    ...flat('avain.yaml', settings, hash),
    ...flat('terms', terms, hash),
    ...flat('statements', statements, hash),
    ...flat('rosters', rosters, hash),
    ['rosters lines', String(rosterRows.length)],
    // Those of the store are no files: avain client drift tells of the ones that are both.
    ...[...clients]
      .filter(({ keptIn }) => keptIn === 'file')
      .flatMap((client) => flat(`client ${client.id}`, shownClient(client), hash)),
  ]);
}

function flat(key: string, value: unknown, hash: Hash): readonly (readonly [string, string])[] {
  if (typeof value !== 'object' || value === null) return [[key, told(value, hash)]];
  const members = Object.entries(value);
  if (Array.isArray(value) || members.length === 0) return [[key, told(value, hash)]];
  const join = key.includes(' ') ? '.' : ' ';
  return members.flatMap(([name, member]) => flat(`${key}${join}${name}`, member, hash));
}

function told(value: unknown, hash: Hash): string {
  const text = JSON.stringify(value) ?? 'null';
  return text.length > shownLength || text.includes('@') ? hash(text) : text;
}
