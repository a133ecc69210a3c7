import type { FinishOutcome, MethodId } from './broker.ts';
import type { BrokerConfig } from './broker-config.ts';
import { type ClaimMap, dialects } from './ftn/dialects.ts';
import { identifierOf, type ParseHetu } from './identifier.ts';
import type { AssuranceLevel, IdentificationMethod, StrongIdentity } from './strong-identity.ts';

/** The claims of an ID token whose encryption, signature, issuer, expiry and nonce the library has verified. */
export type Claims = Readonly<Record<string, unknown>>;

export type JudgeInput = Readonly<{
  config: BrokerConfig;
  exchange: Readonly<{ nonce: string; method: MethodId; startedAt: number }>;
  parseHetu: ParseHetu;
  /** Epoch milliseconds. */
  now: number;
}>;

const skewMs = 30_000;
const freshMs = 5 * 60_000;
const longestText = 200;

/**
 * What an ID token of a broker is worth to us. An absent claim counts as a failure (security R23); nothing in it is
 * repaired, and only what is listed in the configuration is believed.
 */
export function judgeIdToken(claims: Claims, input: JudgeInput): FinishOutcome {
  const cause = audienceFault(claims, input) ?? timeFault(claims, input);
  if (cause) return { outcome: 'failed', cause };
  const level = levelOf(claims, input);
  if (!level) return { outcome: 'failed', cause: 'acr' };
  return identityFrom(claims, level, input);
}

function audienceFault(claims: Claims, { config, exchange }: JudgeInput): string | undefined {
  if (claims['iss'] !== config.issuer) return 'token_issuer';
  const audiences = [claims['aud']].flat();
  // A token for us and somebody else could have been passed on by the other (security R22).
  if (audiences.length !== 1 || audiences[0] !== config.clientId) return 'token_audience';
  if (claims['nonce'] !== exchange.nonce) return 'token_nonce';
  return undefined;
}

function timeFault(claims: Claims, { config, exchange, now }: JudgeInput): string | undefined {
  const issuedAt = epochMs(claims['iat']);
  if (issuedAt === undefined || issuedAt > now + skewMs) return 'token_issued_at';
  if (issuedAt < now - config.idToken.maxAgeSeconds * 1000 - skewMs) return 'token_stale';
  const authTime = authTimeOf(claims, config);
  if (authTime === undefined || authTime > now + skewMs) return 'auth_time';
  // Made for this exchange, not an older sign-in at the broker; `maxAgeSeconds` is how much older it may be.
  const allowedMs = config.maxAgeSeconds * 1000 + skewMs;
  if (authTime < Math.max(exchange.startedAt, now - freshMs) - allowedMs) return 'auth_time_stale';
  return undefined;
}

/** When the person identified, epoch milliseconds. */
function authTimeOf(claims: Claims, config: BrokerConfig): number | undefined {
  const stated = claims['auth_time'];
  // A time that is there but unusable is a fault, not an absent one.
  if (stated === undefined && config.idToken.authTime === 'issued') return epochMs(claims['iat']);
  return epochMs(stated);
}

function levelOf(claims: Claims, { config }: JudgeInput): AssuranceLevel | undefined {
  const { accept, assume } = config.acr;
  const acr = claims['acr'];
  // Assumed only where nothing is stated: what is stated and not on our list is refused.
  if (acr === undefined) return assume && isProved(claims, assume.when) ? assume.level : undefined;
  // hasOwn: `acr` is the broker's text and must not reach the prototype.
  if (typeof acr !== 'string' || !Object.hasOwn(accept, acr)) return undefined;
  // Below what was asked for it is still a good identification: the ladder tells the client that its demand is unmet.
  return accept[acr];
}

function isProved(claims: Claims, when: Readonly<Record<string, string>>): boolean {
  return Object.entries(when).every(([name, pattern]) => {
    const stated = Object.hasOwn(claims, name) ? claims[name] : undefined;
    return typeof stated === 'string' && new RegExp(`^(?:${pattern})$`, 'u').test(stated);
  });
}

function identityFrom(claims: Claims, level: AssuranceLevel, input: JudgeInput): FinishOutcome {
  const { config } = input;
  const map = claimMapOf(config);
  const code = claims[map.identityCode];
  // Foreigners identified through the network come with an eIDAS identifier instead.
  if (typeof code !== 'string' || code === '') return { outcome: 'no-identity-code' };
  const identifier = identifierOf({ code, birthdate: textOf(claims, map.birthdate) }, input);
  if (!identifier.ok) return { outcome: 'failed', cause: identifier.cause };
  const evidenceId = evidenceOf(claims, [map.evidence, 'jti', 'sub'], identifier.idValue);
  const authTime = authTimeOf(claims, config);
  if (evidenceId === null || authTime === undefined) return { outcome: 'failed', cause: 'evidence' };
  const identity: StrongIdentity = {
    country: config.identity.country,
    idType: config.identity.type,
    idValue: identifier.idValue,
    givenName: textOf(claims, map.givenName),
    familyName: textOf(claims, map.familyName),
    name: textOf(claims, map.name),
    birthdate: identifier.birthdate,
    level,
    method: methodOf(claims, map, input),
    issuer: config.issuer,
    authTime,
    evidenceId,
  };
  return { outcome: 'identified', identity };
}

/** The first reference that says nothing of the person, as it goes to the audit log: some brokers' `sub` is the code itself. */
function evidenceOf(claims: Claims, names: readonly (string | null)[], idValue: string): string | null {
  const stated = names.map((name) => textOf(claims, name));
  return stated.find((text) => text !== null && !text.toUpperCase().includes(idValue)) ?? null;
}

/** The dialect's claim names with the configuration's own on top. */
export function claimMapOf(config: BrokerConfig): ClaimMap {
  const own = Object.entries(config.claims).filter(([, name]) => name !== undefined);
  // The entries are those of the schema, whose keys are the map's.
  return { ...dialects[config.dialect], ...(Object.fromEntries(own) as Partial<ClaimMap>) };
}

function methodOf(claims: Claims, map: ClaimMap, { config, exchange }: JudgeInput): IdentificationMethod {
  if (config.identity.country !== 'FI') return 'eid';
  const stated = [map.method === null ? undefined : claims[map.method]]
    .flat()
    .filter((each) => typeof each === 'string');
  const mobile =
    stated.length === 0
      ? exchange.method === 'mobile'
      : stated.some((each) => new RegExp(config.method.mobilePattern, 'i').test(each));
  return mobile ? 'ftn_mobile' : 'ftn_bank';
}

function textOf(claims: Claims, name: string | null): string | null {
  const value = name === null ? undefined : claims[name];
  if (typeof value !== 'string') return null;
  const text = value
    .normalize('NFC')
    .replace(/\p{Cc}/gu, ' ')
    .trim();
  return text === '' ? null : [...text].slice(0, longestText).join('');
}

function epochMs(seconds: unknown): number | undefined {
  return typeof seconds === 'number' && Number.isFinite(seconds) ? seconds * 1000 : undefined;
}
