/** Errors that a request for a sign-in may end in; some of them elsewhere too. */
import { entry } from './error-entry.ts';

const core = 'OpenID Connect Core 3.1.2.6';

export const signInErrors = {
  access_denied: entry(
    'redirect token',
    400,
    'The person cancelled or declined, the account is barred, or the person is not on the client’s roster.',
    'Say that nobody was signed in, and offer to try again. Nothing is wrong with the client.',
  ),
  login_required: entry(
    'redirect',
    400,
    '`prompt=none`, but nobody is signed in; or another person than `id_token_hint` or `sub` names.',
    'Send the browser again, without `prompt=none`.',
    core,
  ),
  interaction_required: entry(
    'redirect',
    400,
    '`prompt=none`, but a page is due (identification, code, terms, welcome …), or the request came from a frame or a picture.',
    'Send the browser again, without `prompt=none`, in the whole window.',
    core,
  ),
  consent_required: entry(
    'redirect',
    400,
    '`prompt=none`, but a third party’s consent is missing.',
    'Send the browser again, without `prompt=none`.',
    core,
  ),
  unmet_authentication_requirements: entry(
    'redirect',
    400,
    'The demanded `acr` was not reached.',
    'Do without the level, or tell the person what is needed.',
    'OpenID Connect Core Unmet Authentication Requirements 1.0',
  ),
  invalid_request: entry(
    'redirect page token request userinfo introspection device registration',
    400,
    'A parameter is missing, wrong or there twice, or the request cannot be read.',
    'Read `error_description`, and mend the request.',
  ),
  invalid_redirect_uri: entry(
    'page registration',
    400,
    '`redirect_uri` is none of the registered ones. They are compared letter by letter, and there is no safe way back.',
    'Register the address as it is sent, or send it as it is registered.',
    'RFC 7591',
  ),
  invalid_scope: entry(
    'redirect token request device',
    400,
    'A scope that the client may not ask for.',
    'Leave it out, or have it added to the client’s file.',
  ),
  invalid_target: entry(
    'redirect token request device',
    400,
    '`resource` is none of those that the client may have tokens for.',
    'Ask for one that the client’s file names in `resources`.',
    'RFC 8707',
  ),
  unauthorized_client: entry(
    'redirect token request device',
    400,
    'The client may not use this kind of request.',
    'Use the kind that its file allows, or have the file changed.',
  ),
  unsupported_response_type: entry('redirect request', 400, 'Something else than `code`.', 'Use the code flow.'),
  unsupported_response_mode: entry(
    'redirect request',
    400,
    'A way of answering that there is not.',
    'Use one of `response_modes_supported` of the discovery document.',
    'OAuth 2.0 Multiple Response Types',
  ),
  invalid_request_object: entry(
    'redirect page request',
    400,
    'The signed request cannot be read or is not acceptable.',
    'Sign it by a registered key, for the issuer as audience, with `exp` and `nbf`.',
    'RFC 9101',
  ),
  invalid_request_uri: entry(
    'page',
    400,
    '`request_uri` is over, was used, or is none that Avain gave.',
    'Push the request again. Each is good once, for 60 seconds.',
    'RFC 9126',
  ),
  request_not_supported: entry(
    'redirect request',
    400,
    'A signed request (`request`), which this installation does not take.',
    'Send plain parameters, or push them.',
    core,
  ),
  request_uri_not_supported: entry(
    'redirect page',
    400,
    'A `request_uri` that Avain would have to fetch.',
    'Push the request instead.',
    core,
  ),
  registration_not_supported: entry('redirect', 400, 'The parameter `registration`.', 'Leave it out.', core),
  temporarily_unavailable: entry(
    'redirect page token request userinfo introspection device registration',
    503,
    'Avain or its storage is too busy, or too many sign-ins were begun from this browser or network; at registration: as many clients are registered as may be.',
    'Wait as long as `Retry-After` says, then try again. At registration: have the operator remove clients, or raise `registration.most`.',
  ),
  server_error: entry(
    'page token request userinfo introspection device registration',
    500,
    'A fault of Avain’s own.',
    'Tell the operator the reference of the answer.',
  ),
} as const;
