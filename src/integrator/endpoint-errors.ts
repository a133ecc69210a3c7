/** Errors that only programs get, in the JSON of an endpoint. */
import { entry } from './error-entry.ts';

export const endpointErrors = {
  invalid_client: entry(
    'page token request introspection device',
    401,
    'The client is not known, or did not prove that it is itself. At the authorization endpoint, on a page: no such client.',
    'Compare the client’s id, method and secret or key with its file.',
  ),
  invalid_grant: entry(
    'token',
    400,
    'The code or refresh token is used, over, revoked or another client’s; or what proves that it is yours is wrong.',
    'Sign the person in again. If that happens often, look for the cause below.',
  ),
  unsupported_grant_type: entry(
    'token',
    400,
    'A `grant_type` that there is not; a password never is one.',
    'Use one of `grant_types_supported` of the discovery document.',
  ),
  invalid_token: entry(
    'userinfo registration',
    401,
    'The access token is over, revoked, missing or of another kind.',
    'Refresh it, or sign the person in again.',
    'RFC 6750',
  ),
  insufficient_scope: entry(
    'userinfo',
    403,
    'The access token does not reach that far.',
    'Ask for the scope at the sign-in; `openid` is needed for userinfo.',
    'RFC 6750',
  ),
  invalid_dpop_proof: entry(
    'token request userinfo',
    400,
    'The DPoP proof is missing, late, used before, or for another address or token.',
    'Make a new proof for each request, for exactly its address and method.',
    'RFC 9449',
  ),
  use_dpop_nonce: entry(
    'token request userinfo',
    400,
    'The DPoP proof must hold the nonce of the header `DPoP-Nonce`.',
    'Repeat the request with it; libraries do that by themselves.',
    'RFC 9449',
  ),
  authorization_pending: entry(
    'token',
    400,
    'Device flow: the person has not finished yet.',
    'Ask again after `interval` seconds.',
    'RFC 8628',
  ),
  slow_down: entry(
    'token',
    400,
    'Device flow: asked too soon.',
    'Wait five seconds more between questions.',
    'RFC 8628',
  ),
  expired_token: entry('token', 400, 'Device flow: the code is over.', 'Begin again with a new code.', 'RFC 8628'),
  unsupported_token_type: entry(
    'introspection',
    400,
    'An access token that is a JWT: it is neither introspected nor revoked.',
    'Check its signature, audience and `exp` yourself; it is over soon.',
    'RFC 7009',
  ),
  invalid_client_metadata: entry(
    'registration',
    400,
    'Dynamic registration: what the client says of itself cannot be accepted.',
    'Read `error_description`; it names the member.',
    'RFC 7591',
  ),
} as const;
