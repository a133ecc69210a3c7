/** What the keys of one client file mean together, and against the rest of the configuration. */
import { brandFaults } from './brand-rules.ts';
import { adminRules } from './client-admin-schema.ts';
import { claimRules } from './client-claims-rules.ts';
import { type Offered, protocolRules } from './client-protocol-rules.ts';
import type { ClientFile } from './client-schema.ts';
import type { ReadClient } from './clients.ts';
import type { Fault } from './faults.ts';
import { type EmailedCodePolicy, emailedCodeSchema, type StepUpPolicy, stepUpSchema } from './policy-schema.ts';
import { addressRules } from './redirect-uri.ts';
import type { Client, Config } from './schema.ts';
import { faultAt, type KeyPath } from './yaml-file.ts';

/** Clients of one `sub`. */
export const firstPartySector = 'first-party';

type Surroundings = Offered &
  Readonly<{
    stepUp: StepUpPolicy;
    terms: Config['terms'];
    rosters: Config['rosters'];
  }>;

/** What the keys of one client say together, and against the rest of the configuration. */
export async function clientFaults(client: ReadClient, around: Surroundings): Promise<Fault[]> {
  const { source, file } = client;
  const { stepUp, terms, rosters } = around;
  const always = policyOf(file, stepUp).first === 'always';
  const rules: readonly (readonly [broken: boolean, path: KeyPath, expected: string])[] = [
    ...authenticationRules(file),
    ...pageRules(file),
    ...addressRules(file),
    ...claimRules(file),
    ...protocolRules(file, methodOf(file), around),
    ...adminRules(client, methodOf(file)),
    [file.terms !== null && !(file.terms in terms), ['terms'], `a folder below terms/: ${known(Object.keys(terms))}`],
    [
      file.roster !== null && !Object.hasOwn(rosters, file.roster.id),
      ['roster', 'id'],
      `a file below rosters/: ${known(Object.keys(rosters))}`,
    ],
    // Without an identification there is nothing to compare with a roster of identity codes (decisions §4).
    [file.roster !== null && !always, ['stepUp', 'first'], 'always, as a roster may have identity codes'],
  ];
  const faults = rules.filter(([broken]) => broken).map(([, path, expected]) => faultAt(source, path, expected));
  return [...faults, ...(await brandFaults(client))];
}

export type Rule = readonly [broken: boolean, path: KeyPath, expected: string];

function authenticationRules(file: ClientFile): Rule[] {
  const isPublic = file.type === 'public';
  const hasKeys = file.jwks !== null || file.jwksUri !== null;
  const none = 'nothing: a public client has no secret and no keys';
  return [
    [isPublic && file.clientSecretFile !== null, ['clientSecretFile'], none],
    [isPublic && file.authMethod !== null, ['authMethod'], none],
    [isPublic && file.jwks !== null, ['jwks'], none],
    [isPublic && file.jwksUri !== null, ['jwksUri'], none],
    [isPublic && file.clientCredentials, ['clientCredentials'], 'false: a public client cannot prove who it is'],
    [file.jwks !== null && file.jwksUri !== null, ['jwksUri'], 'either jwks or jwksUri'],
    [file.authMethod === 'private_key_jwt' && !hasKeys, ['authMethod'], 'jwks or jwksUri beside private_key_jwt'],
    [
      hasKeys && !methodOf(file).startsWith('client_secret') && file.clientSecretFile !== null,
      ['clientSecretFile'],
      `nothing beside ${methodOf(file)}`,
    ],
  ];
}

function pageRules(file: ClientFile): Rule[] {
  const hasPages = file.redirectUris.length > 0;
  const signsIn = hasPages || file.deviceFlow;
  return [
    [!signsIn && !file.clientCredentials, ['redirectUris'], 'one address or more'],
    [
      hasPages && file.startUrl === null && file.initiateLoginUri === null,
      ['startUrl'],
      'the address where a person starts again (or initiateLoginUri)',
    ],
    [!signsIn && file.offlineAccess, ['offlineAccess'], 'false: refresh tokens belong to people'],
    [!file.languages.includes(file.defaultLocale), ['defaultLocale'], `one of languages: ${file.languages.join(', ')}`],
    [file.party === 'third' && file.sector === firstPartySector, ['sector'], 'a sector of its own for a third party'],
    [file.party === 'first' && file.sector !== null, ['sector'], 'nothing: first-party clients share one sector'],
  ];
}

/** How a client proves who it is at the token endpoint. */
export function methodOf({ type, authMethod, jwks, jwksUri }: ClientFile): Client['authMethod'] {
  if (type === 'public') return 'none';
  return authMethod ?? (jwks !== null || jwksUri !== null ? 'private_key_jwt' : 'client_secret_basic');
}

/** What the client says, else what the installation says. */
export function policyOf({ stepUp }: ClientFile, defaults: StepUpPolicy): StepUpPolicy {
  return stepUpSchema.parse({ ...defaults, ...stepUp });
}

export function codePolicyOf({ code }: ClientFile, defaults: EmailedCodePolicy): EmailedCodePolicy {
  return emailedCodeSchema.parse({ ...defaults, ...code });
}

function known(names: readonly string[]): string {
  return [...new Set(names)].join(', ') || 'there is none yet';
}
