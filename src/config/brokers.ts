/** The section `brokers` of avain.yaml, with the files it names: a broker's own file of settings, its entity statement. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type BrokerConfig, brokerConfigSchema } from '../upstream/broker-config.ts';
import { readEntityStatement } from '../upstream/ftn/entity-statement.ts';
import type { Fault } from './faults.ts';
import { type MovePort, moveAddresses } from './port-offset.ts';
import { slug } from './values.ts';
import { faultAt, faultsOf, type KeyPath, readYaml, type Source } from './yaml-file.ts';

export type BrokersContext = Readonly<{
  production: boolean;
  /** Relative paths begin here. */
  configDir: string;
  shownAs: (path: string) => string;
  move: MovePort;
  faults: Fault[];
}>;

type Group = Readonly<Record<string, unknown>>;

/** Every broker, checked; what is wrong goes to `faults`. A `file` gives the settings that the entry does not. */
export async function readBrokers(source: Source, context: BrokersContext): Promise<Record<string, BrokerConfig>> {
  const section = isGroup(source.value) ? source.value['brokers'] : null;
  if (!isGroup(section)) return {};
  const brokers = await Promise.all(
    Object.entries(section).map(async ([id, entry]) => [id, await readBroker(source, id, entry, context)] as const),
  );
  // A cast: what is null has its fault reported, and no configuration leaves with a fault.
  return Object.fromEntries(brokers.filter(([, broker]) => broker !== null)) as Record<string, BrokerConfig>;
}

async function readBroker(
  source: Source,
  id: string,
  entry: unknown,
  context: BrokersContext,
): Promise<BrokerConfig | null> {
  const { production, move, faults } = context;
  const at = ['brokers', id];
  // The name is part of the redirect URI and of file names.
  if (!slug.safeParse(id).success) return null;
  const whole = await withFile({ value: entry, placeOf: (path) => source.placeOf([...at, ...path]) }, context);
  if (!whole) return null;
  const result = brokerConfigSchema(production ? 'production' : 'development').safeParse(whole.value);
  if (!result.success) {
    faults.push(...faultsOf(whole, result.error.issues));
    return null;
  }
  return withStatement(moveAddresses(result.data, move, new Set()), whole, context);
}

/** The entry's own keys on top of those of the file it names; each fault is told where its key stands. */
async function withFile(own: Source, { configDir, shownAs, faults }: BrokersContext): Promise<Source | null> {
  if (!isGroup(own.value) || !('file' in own.value)) return own;
  const { file, ...rest } = own.value;
  if (typeof file !== 'string' || file === '') {
    faults.push(faultAt(own, ['file'], 'the path of a file with settings of this broker'));
    return null;
  }
  const path = resolve(configDir, file);
  const base = await readYaml(path, shownAs(path), faults);
  if (!base) return null;
  const placeOf = (key: KeyPath) => (has(rest, key) || !has(base.value, key) ? own.placeOf(key) : base.placeOf(key));
  return { value: onTop(base.value, rest), placeOf };
}

/** Groups are joined key by key; lists and single values are replaced whole. */
function onTop(base: unknown, own: unknown): unknown {
  if (!isGroup(base) || !isGroup(own)) return own;
  const joined = Object.entries(own).map(([key, value]) => [key, key in base ? onTop(base[key], value) : value]);
  return { ...base, ...Object.fromEntries(joined) };
}

async function withStatement(
  config: BrokerConfig,
  source: Source,
  { configDir, faults }: BrokersContext,
): Promise<BrokerConfig | null> {
  const { entityStatement } = config;
  if (!entityStatement) return config;
  const refuse = (key: KeyPath, expected: string, found: string) => {
    faults.push(faultAt(source, ['entityStatement', ...key], expected, found));
    return null;
  };
  const content = await readFile(resolve(configDir, entityStatement.file)).catch(
    (error: NodeJS.ErrnoException) => error,
  );
  if (!Buffer.isBuffer(content)) {
    return refuse(
      ['file'],
      "the broker's entity statement",
      content.code === 'ENOENT' ? 'no such file' : 'an unreadable file',
    );
  }
  const result = await readEntityStatement(content, { now: Date.now(), sha256: entityStatement.sha256 });
  if (!result.ok) return refuse([result.key], result.expected, result.found);
  const { statement } = result;
  if (statement.issuer !== null && statement.issuer !== config.issuer) {
    return refuse(['file'], `the statement of the issuer ${config.issuer}`, `a statement of ${statement.issuer}`);
  }
  if (!(config.endpoints ?? (statement.authorizationEndpoint && statement.tokenEndpoint))) {
    faults.push(faultAt(source, ['endpoints'], 'the addresses that the entity statement does not name'));
    return null;
  }
  return { ...config, pinned: statement };
}

function has(value: unknown, path: KeyPath): boolean {
  return path.every((key, index) => Object.hasOwn(Object(at(value, path.slice(0, index))), key));
}

function at(value: unknown, path: KeyPath): unknown {
  return path.reduce<unknown>((within, key) => (isGroup(within) ? within[String(key)] : undefined), value);
}

function isGroup(value: unknown): value is Group {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
