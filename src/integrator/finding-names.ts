/**
 * For those who connect a service: what was right and wrong in the requests of their client, in words (development profile
 * only), and the catalogue of the errors that Avain gives, from which docs/errors.md is made. This folder may import types
 * of config/ and what pages need of http/; it knows the provider's library by the shape of its requests only.
 *
 * - catalogue.ts: the errors. finding-names.ts: what can be found; the words are in views/texts, `integrator.finding.…`.
 * - findings.ts, refusal-findings.ts, redirect-difference.ts: from a request to what there is to say of it; pure.
 * - shown-parameters.ts, recent-requests.ts: what is kept of a request, and how much. watch.ts: where it is seen.
 *
 * Promise: nothing that is kept opens anything or names a person; codes, tokens, secrets and addresses are never kept.
 */

/** By the error they come with: `null` = with none. The order is that of docs/errors.md. */
export const findingErrors = {
  'redirect-exact': null,
  'pkce-good': null,
  'client-proved': null,
  'code-in-time': null,
  'code-given': null,
  'page-shown': null,
  'tokens-given': null,
  answered: null,
  'nonce-missing': null,
  'state-missing': null,
  'scope-unknown': null,
  'token-inactive': null,

  'redirect-missing': 'invalid_request',
  'pkce-missing': 'invalid_request',
  'pkce-plain': 'invalid_request',
  'pkce-malformed': 'invalid_request',
  'verifier-malformed': 'invalid_request',
  'parameter-twice': 'invalid_request',
  'parameter-missing': 'invalid_request',
  'prompt-wrong': 'invalid_request',
  'max-age-wrong': 'invalid_request',
  'claims-malformed': 'invalid_request',
  'hint-malformed': 'invalid_request',
  'openid-missing': 'invalid_request',
  'pushing-demanded': 'invalid_request',
  'grant-not-filed': 'invalid_request',
  'auth-missing': 'invalid_request',
  'auth-twice': 'invalid_request',
  'header-malformed': 'invalid_request',
  'body-type': 'invalid_request',
  'body-unread': 'invalid_request',
  'token-in-query': 'invalid_request',
  'sign-out-unregistered': 'invalid_request',
  'origin-unknown': 'invalid_request',
  'response-mode': 'invalid_request',

  'redirect-scheme': 'invalid_redirect_uri',
  'redirect-userinfo': 'invalid_redirect_uri',
  'redirect-host': 'invalid_redirect_uri',
  'redirect-port': 'invalid_redirect_uri',
  'redirect-path': 'invalid_redirect_uri',
  'redirect-query': 'invalid_redirect_uri',
  'redirect-fragment': 'invalid_redirect_uri',
  'redirect-case': 'invalid_redirect_uri',
  'redirect-last-slash': 'invalid_redirect_uri',
  'redirect-encoding': 'invalid_redirect_uri',

  'client-unknown': 'invalid_client',
  'client-misspelt': 'invalid_client',
  'auth-method': 'invalid_client',
  'secret-wrong': 'invalid_client',
  'assertion-refused': 'invalid_client',

  'code-late': 'invalid_grant',
  'code-used': 'invalid_grant',
  'code-foreign': 'invalid_grant',
  'code-unknown': 'invalid_grant',
  'code-redirect': 'invalid_grant',
  'verifier-mismatch': 'invalid_grant',
  'verifier-missing': 'invalid_grant',
  'refresh-over': 'invalid_grant',
  'refresh-used': 'invalid_grant',
  'account-closed': 'invalid_grant',
  'terms-due': 'invalid_grant',
  'binding-missing': 'invalid_grant',

  'scope-not-filed': 'invalid_scope',
  'scope-beyond': 'invalid_scope',
  'response-type': 'unsupported_response_type',
  'response-mode-unknown': 'unsupported_response_mode',
  'grant-unknown': 'unsupported_grant_type',
  'silent-sign-in': 'login_required',
  'silent-page': 'interaction_required',
  'silent-consent': 'consent_required',
  'not-let-in': 'access_denied',
  'level-unmet': 'unmet_authentication_requirements',
  'too-many': 'temporarily_unavailable',
  'token-over': 'invalid_token',
  'openid-not-granted': 'insufficient_scope',
  'request-object': 'invalid_request_object',
  'pushed-over': 'invalid_request_uri',
  'proof-refused': 'invalid_dpop_proof',
  'fault-of-ours': 'server_error',
  /** Whatever has no words of its own. */
  'as-told': null,
} as const;

export type FindingName = keyof typeof findingErrors;
export type FindingKind = 'right' | 'wrong' | 'advice';

export type Finding = {
  readonly kind: FindingKind;
  readonly name: FindingName;
  /** What the words want filled in; never anything secret. */
  readonly params: Readonly<Record<string, string | number>>;
};

export const found = (kind: FindingKind, name: FindingName, params: Finding['params'] = {}): Finding => ({
  kind,
  name,
  params,
});
