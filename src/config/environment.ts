/**
 * The variables that win over `avain.yaml`, each with the key it sets. An empty variable counts as absent. Paths are
 * relative to the working directory. Variables without a key here (AVAIN_CONFIG, AVAIN_CLIENTS_DIR, PORT_OFFSET,
 * AVAIN_MOVED_PORTS) are read by load.ts.
 */
import { resolve } from 'node:path';
import type { KeyPath, Source } from './yaml-file.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** `list`: words between commas. */
type Kind = 'text' | 'number' | 'path' | 'list' | 'flag' | 'share';

const variables: readonly (readonly [name: string, key: readonly string[], kind: Kind])[] = [
  ['AVAIN_PROFILE', ['profile'], 'text'],
  ['AVAIN_ISSUER', ['issuer'], 'text'],
  ['AVAIN_LISTEN_HOST', ['listen', 'host'], 'text'],
  ['AVAIN_PORT', ['listen', 'port'], 'number'],
  ['AVAIN_DRAIN_SECONDS', ['listen', 'drainSeconds'], 'number'],
  ['AVAIN_METRICS_HOST', ['metrics', 'host'], 'text'],
  ['AVAIN_METRICS_PORT', ['metrics', 'port'], 'number'],
  ['AVAIN_DATA_DIR', ['dataDir'], 'path'],
  ['AVAIN_LOG_LEVEL', ['log', 'level'], 'text'],
  ['AVAIN_SMTP_HOST', ['mail', 'smtp', 'host'], 'text'],
  ['AVAIN_SMTP_PORT', ['mail', 'smtp', 'port'], 'number'],
  ['AVAIN_SMTP_USER', ['mail', 'smtp', 'user'], 'text'],
  ['AVAIN_SMTP_PASSWORD_FILE', ['mail', 'smtp', 'passwordFile'], 'path'],
  ['AVAIN_STORAGE', ['storage', 'kind'], 'text'],
  ['AVAIN_MONGO_URL', ['storage', 'mongo', 'url'], 'text'],
  ['AVAIN_MONGO_DATABASE', ['storage', 'mongo', 'database'], 'text'],
  ['AVAIN_MONGO_USER', ['storage', 'mongo', 'user'], 'text'],
  ['AVAIN_MONGO_PASSWORD_FILE', ['storage', 'mongo', 'passwordFile'], 'path'],
  ['AVAIN_MONGO_CA_FILE', ['storage', 'mongo', 'caFile'], 'path'],
  ['AVAIN_REDIS_URL', ['storage', 'redis', 'url'], 'text'],
  ['AVAIN_REDIS_CLUSTER_NODES', ['storage', 'redis', 'clusterNodes'], 'list'],
  ['AVAIN_REDIS_USER', ['storage', 'redis', 'user'], 'text'],
  ['AVAIN_REDIS_PASSWORD_FILE', ['storage', 'redis', 'passwordFile'], 'path'],
  ['AVAIN_REDIS_CA_FILE', ['storage', 'redis', 'caFile'], 'path'],
  ['AVAIN_REDIS_KEY_PREFIX', ['storage', 'redis', 'keyPrefix'], 'text'],
  ['AVAIN_MASTER_KEY_FILE', ['secrets', 'masterKeyFile'], 'path'],
  ['AVAIN_IDENTITY_INDEX_KEY_FILE', ['secrets', 'identityIndexKeyFile'], 'path'],
  ['AVAIN_LOOKUP_KEY_FILE', ['secrets', 'lookupKeyFile'], 'path'],
  ['AVAIN_COOKIE_KEYS_FILE', ['secrets', 'cookieKeysFile'], 'path'],
  ['CHANCE', ['chance'], 'text'],
  // Of OpenTelemetry, with its own names.
  ['OTEL_EXPORTER_OTLP_ENDPOINT', ['tracing', 'endpoint'], 'text'],
  ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', ['tracing', 'tracesEndpoint'], 'text'],
  ['OTEL_SDK_DISABLED', ['tracing', 'disabled'], 'flag'],
  ['OTEL_SERVICE_NAME', ['tracing', 'serviceName'], 'text'],
  ['OTEL_TRACES_SAMPLER', ['tracing', 'sampler'], 'text'],
  ['OTEL_TRACES_SAMPLER_ARG', ['tracing', 'samplerShare'], 'share'],
];

// Three numbers in one variable: memory in KiB, passes, parallelism, as in AVAIN_ARGON2=7168,5,1.
const argon2Keys = ['memoryKib', 'passes', 'parallelism'] as const;

export type Overridden = Source &
  Readonly<{
    /** Dotted key → the variable that set it. */
    variableOf: ReadonlyMap<string, string>;
  }>;

/** A variable's text, or null when it is absent or empty. */
export function variable(env: Environment, name: string): string | null {
  const value = env[name]?.trim();
  return value === undefined || value === '' ? null : value;
}

/** The file's value with the environment on top; a fault in what a variable set names the variable. */
export function applyEnvironment(source: Source, env: Environment, root: string): Overridden {
  const result: unknown = structuredClone(source.value);
  const variableOf = new Map<string, string>();
  const set = (key: readonly string[], setting: unknown, name: string) => {
    if (setIn(result, key, setting)) variableOf.set(key.join('.'), name);
  };
  for (const [name, key, kind] of variables) {
    const text = variable(env, name);
    if (text !== null) set(key, settingOf(kind, text, root), name);
  }
  const argon2 = variable(env, 'AVAIN_ARGON2')?.split(',');
  argon2Keys.forEach((key, index) => {
    if (argon2) set(['passwords', 'argon2', key], numberOr(argon2[index]), `AVAIN_ARGON2 (${key})`);
  });
  const placeOf = (path: KeyPath) => {
    const name = variableOf.get(path.map(String).join('.'));
    return name === undefined ? source.placeOf(path) : { file: 'environment', line: null, key: name };
  };
  return { value: result, placeOf, variableOf };
}

function settingOf(kind: Kind, text: string, root: string): unknown {
  if (kind === 'path') return resolve(root, text);
  if (kind === 'number') return numberOr(text);
  // As its specification has it: whatever is not true is false.
  if (kind === 'flag') return text.toLowerCase() === 'true';
  if (kind === 'share') return /^(?:0|1|0?\.\d+|1\.0+)$/.test(text) ? Number(text) : text;
  return kind === 'list' ? text.split(',').map((word) => word.trim()) : text;
}

/** What is no number stays text, so that the schema refuses it and names what it found. */
function numberOr(text: string | undefined): number | string {
  return text !== undefined && /^\d+$/.test(text.trim()) ? Number(text) : (text ?? '');
}

function setIn(container: unknown, key: readonly string[], setting: unknown): boolean {
  const [first, ...rest] = key;
  if (typeof container !== 'object' || container === null || first === undefined) return false;
  if (rest.length === 0) return Reflect.set(container, first, setting);
  if (Reflect.get(container, first) == null) Reflect.set(container, first, {});
  return setIn(Reflect.get(container, first), rest, setting);
}

/** The process's own environment: read here, so that every other place is given what it may see. */
export function processEnvironment(): Environment {
  return process.env;
}
