/** What the ladder and the pages need of an authorization request, read once from its parameters. */
import { decodeJwt } from 'jose';
import type { AcrClaim } from './acr.ts';

export type AuthorizationRequest = {
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** Claim names of the `claims` parameter, both places. */
  readonly claims: readonly string[];
  /** Those of them that the client cannot do without (OpenID Connect Core 5.5.1). */
  readonly essentialClaims: readonly string[];
  readonly acrValues: readonly string[];
  readonly acrClaim: AcrClaim | null;
  readonly maxAgeSeconds: number | null;
  /** `sub` of the `id_token_hint` or of the `claims` parameter: who must come out of this. */
  readonly expectedSub: string | null;
  readonly promptsConsent: boolean;
  /** OpenID Connect Core 3.1.2.1. */
  readonly promptsSelectAccount: boolean;
  /** Initiating User Registration via OpenID Connect 1.0. */
  readonly promptsCreate: boolean;
  readonly loginHint: string | null;
  readonly uiLocales: readonly string[];
};

type ClaimsParameter = { id_token?: Record<string, unknown> | null; userinfo?: Record<string, unknown> | null };

const words = (value: unknown): string[] => (typeof value === 'string' ? value.split(' ').filter(Boolean) : []);

const isEssential = (member: unknown): boolean =>
  typeof member === 'object' && member !== null && 'essential' in member && member.essential === true;

function expectedSubOf(params: Record<string, unknown>, claims: ClaimsParameter): string | null {
  const requested = claims.id_token?.sub as { value?: unknown } | null | undefined;
  if (typeof requested?.value === 'string') return requested.value;
  // The provider verified the hint before the interaction began; here it is only read.
  return typeof params.id_token_hint === 'string' ? (decodeJwt(params.id_token_hint).sub ?? null) : null;
}

/** `params` as oidc-provider kept them: already checked for form, so only their meaning is taken here. */
export function readAuthorizationRequest(params: Record<string, unknown>): AuthorizationRequest {
  const prompts = words(params.prompt);
  // A cast: the provider refused a `claims` parameter that is not an object of objects.
  const claims = (typeof params.claims === 'string' ? JSON.parse(params.claims) : {}) as ClaimsParameter;
  const acr = claims.id_token?.acr;
  const members = [...Object.entries(claims.id_token ?? {}), ...Object.entries(claims.userinfo ?? {})];
  return {
    clientId: String(params.client_id),
    scopes: words(params.scope),
    claims: members.map(([name]) => name),
    essentialClaims: members.filter(([, member]) => isEssential(member)).map(([name]) => name),
    acrValues: words(params.acr_values),
    acrClaim: typeof acr === 'object' && acr !== null ? acr : null,
    maxAgeSeconds: params.max_age === undefined ? null : Number(params.max_age),
    expectedSub: expectedSubOf(params, claims),
    promptsConsent: prompts.includes('consent'),
    promptsSelectAccount: prompts.includes('select_account'),
    promptsCreate: prompts.includes('create'),
    loginHint: typeof params.login_hint === 'string' ? params.login_hint : null,
    uiLocales: words(params.ui_locales),
  };
}
