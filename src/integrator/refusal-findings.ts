/** From an OAuth error, and what is known of its request, to words that say what was wrong. Pure. */

import type { Refusal } from '../http/refusal.ts';
import { type Finding, type FindingName, found } from './finding-names.ts';
import type { Observed } from './observed.ts';
import { nearestRedirect } from './redirect-difference.ts';
import { visible } from './shown-parameters.ts';

/** `told: null` = whatever it says. */
type Rule = readonly [error: string, told: RegExp | null, name: FindingName];

/** By error and by what the library says of it, hidden or not; the first that fits. docs/errors.md has the same causes. */
const rules: readonly Rule[] = [
  ['invalid_request', /must not be provided twice/, 'parameter-twice'],
  ['invalid_request', /requires PKCE|code_challenge must be provided/, 'pkce-missing'],
  ['invalid_request', /code_challenge_method/, 'pkce-plain'],
  ['invalid_request', /^code_challenge /, 'pkce-malformed'],
  ['invalid_request', /^code_verifier /, 'verifier-malformed'],
  ['invalid_request', /missing required .*redirect_uri/, 'redirect-missing'],
  ['invalid_request', /missing required/, 'parameter-missing'],
  ['invalid_request', /prompt/, 'prompt-wrong'],
  ['invalid_request', /max_age/, 'max-age-wrong'],
  ['invalid_request', /openid scope must/, 'openid-missing'],
  ['invalid_request', /claims/, 'claims-malformed'],
  ['invalid_request', /id_token_hint/, 'hint-malformed'],
  ['invalid_request', /Pushed Authorization Request must|Request Object must be used/, 'pushing-demanded'],
  ['invalid_request', /grant type is not allowed/, 'grant-not-filed'],
  ['invalid_request', /no client authentication mechanism/, 'auth-missing'],
  ['invalid_request', /one mechanism|client_id mismatch/, 'auth-twice'],
  ['invalid_request', /authorization header|in the Authorization header|client_assertion/, 'header-malformed'],
  ['invalid_request', /content-type bodies/, 'body-type'],
  ['invalid_request', /failed to parse the request body/, 'body-unread'],
  ['invalid_request', /via query parameter/, 'token-in-query'],
  ['invalid_request', /post_logout_redirect_uri/, 'sign-out-unregistered'],
  ['invalid_request', /^origin /, 'origin-unknown'],
  ['invalid_request', /^requested response_mode is not allowed/, 'response-mode'],
  ['invalid_client', /does not match the registered client authentication/, 'auth-method'],
  ['invalid_client', /invalid secret/, 'secret-wrong'],
  ['invalid_client', /client is invalid|client not found/, 'client-unknown'],
  ['invalid_client', null, 'assertion-refused'],
  ['invalid_grant', /code is expired/, 'code-late'],
  ['invalid_grant', /code_verifier must/, 'verifier-missing'],
  ['invalid_grant', /code_verifier/, 'verifier-mismatch'],
  ['invalid_grant', /code redirect_uri/, 'code-redirect'],
  ['invalid_grant', /code already consumed/, 'code-used'],
  ['invalid_grant', /^authorization code not found/, 'code-unknown'],
  ['invalid_grant', /refresh token already used/, 'refresh-used'],
  ['invalid_grant', /refresh token not found|is expired|grant not found/, 'refresh-over'],
  ['invalid_grant', /account not found/, 'account-closed'],
  ['invalid_grant', /terms of use/, 'terms-due'],
  ['invalid_grant', /DPoP|jkt|x5t|mutual TLS/, 'binding-missing'],
  ['invalid_scope', /refresh token missing/, 'scope-beyond'],
  ['invalid_scope', null, 'scope-not-filed'],
  ['unsupported_response_type', null, 'response-type'],
  ['unsupported_response_mode', null, 'response-mode-unknown'],
  ['unsupported_grant_type', null, 'grant-unknown'],
  ['login_required', null, 'silent-sign-in'],
  ['interaction_required', null, 'silent-page'],
  ['consent_required', null, 'silent-consent'],
  ['access_denied', null, 'not-let-in'],
  ['unmet_authentication_requirements', null, 'level-unmet'],
  ['temporarily_unavailable', null, 'too-many'],
  ['invalid_token', null, 'token-over'],
  ['insufficient_scope', null, 'openid-not-granted'],
  ['invalid_request_object', null, 'request-object'],
  ['invalid_request_uri', null, 'pushed-over'],
  ['invalid_dpop_proof', null, 'proof-refused'],
  ['use_dpop_nonce', null, 'proof-refused'],
  ['server_error', null, 'fault-of-ours'],
];

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** What the person who reads it needs to find the place; the words want no more than these. */
function paramsOf({ client, clientId, params, usedMethod, codeAge, codeLifeSeconds }: Observed, refusal: Refusal) {
  const scopes = textOf(params.scope).split(' ').filter(Boolean);
  const allowed: readonly string[] = client?.scopes ?? [];
  return {
    told: visible(refusal.detail || refusal.description || refusal.error),
    asked: clientId === null ? '–' : visible(clientId),
    used: usedMethod,
    filed: client?.authMethod ?? '–',
    scope: visible(scopes.filter((scope) => !allowed.includes(scope)).join(' ')) || '–',
    seconds: codeAge?.seconds ?? codeLifeSeconds,
    life: codeLifeSeconds,
    registered: client?.redirectUris.join(' ') || '–',
    signOut: client?.postLogoutRedirectUris.join(' ') || '–',
  };
}

/** What is known beside the words of the error: whose code it was and how old, which method the file names. */
function better(name: FindingName, { codeAge, codeLifeSeconds, client, usedMethod }: Observed): FindingName {
  if (name === 'code-unknown' && codeAge && !codeAge.own) return 'code-foreign';
  if (name === 'code-unknown' && codeAge && codeAge.seconds >= codeLifeSeconds) return 'code-late';
  if (name === 'assertion-refused' && client && usedMethod !== client.authMethod) return 'auth-method';
  return name;
}

/** «client mismatch» and «already consumed» are said of codes and of refresh tokens alike. */
function ofGrant({ params }: Observed, told: string): FindingName | null {
  const isRefresh = params.grant_type === 'refresh_token';
  if (/already consumed/.test(told)) return isRefresh ? 'refresh-used' : 'code-used';
  if (/client mismatch/.test(told)) return isRefresh ? 'refresh-over' : 'code-foreign';
  return null;
}

/** One change away from a known one: a letter more, less, other, or two that changed places. */
export function misspelt(asked: string, known: readonly string[]): string | null {
  return known.find((id) => id !== asked && isOneChange(asked, id)) ?? null;
}

function isOneChange(one: string, other: string): boolean {
  if (Math.abs(one.length - other.length) > 1) return one.toLowerCase() === other.toLowerCase();
  let start = 0;
  while (start < Math.min(one.length, other.length) && one[start] === other[start]) start += 1;
  const [a, b] = [one.slice(start), other.slice(start)];
  const swapped = a.slice(0, 2) === [...b.slice(0, 2)].reverse().join('') && a.slice(2) === b.slice(2);
  return (
    one.toLowerCase() === other.toLowerCase() ||
    a.slice(1) === b.slice(1) ||
    a.slice(1) === b ||
    a === b.slice(1) ||
    swapped
  );
}

function redirectFindings({ client, params }: Observed): readonly Finding[] {
  const nearest = nearestRedirect(textOf(params.redirect_uri), client?.redirectUris ?? []);
  if (nearest === null) return [];
  const { registered, differences } = nearest;
  return differences.map((difference) => found('wrong', `redirect-${difference}`, { registered }));
}

/** Never empty. */
export function refusalFindings(observed: Observed, refusal: Refusal): readonly Finding[] {
  const params = paramsOf(observed, refusal);
  if (refusal.error === 'invalid_redirect_uri') {
    const findings = redirectFindings(observed);
    return findings.length > 0 ? findings : [found('wrong', 'as-told', params)];
  }
  const told = `${refusal.detail}\n${refusal.description}`;
  const fits = ([error, pattern]: Rule) =>
    error === refusal.error && (pattern === null || pattern.test(refusal.detail) || pattern.test(refusal.description));
  const ruled = ofGrant(observed, told) ?? rules.find(fits)?.[2] ?? 'as-told';
  const name = better(ruled, observed);
  const known = name === 'client-unknown' ? misspelt(observed.clientId ?? '', observed.clientIds) : null;
  return [known === null ? found('wrong', name, params) : found('wrong', 'client-misspelt', { ...params, known })];
}
