/**
 * What a cause of the connector means, for an operator. A cause that is not here is shown as it is: all are fixed text.
 */
export function wordsFor(cause: string): string {
  const status = /^status_(\d{3})$/.exec(cause)?.[1];
  if (status !== undefined) return `the broker answers ${status}`;
  const error = /^refused_([a-z_]+)$/.exec(cause)?.[1];
  if (error !== undefined) return `the broker sends the person back with the error ${error}`;
  return words[cause] ?? cause;
}

const words: Readonly<Record<string, string>> = {
  connection: 'no connection to the broker: is the address right, and are we allowed out to it?',
  timeout: 'no answer within timeoutSeconds',
  too_large: 'an answer far too large',
  redirect: 'a redirect where there must be none',
  not_json: 'something else than JSON, such as a web page',
  metadata:
    'no usable metadata at the issuer: is the issuer right? A broker without discovery needs endpoints or entityStatement',
  metadata_issuer: 'the metadata names another issuer than the configuration, to the letter',
  metadata_endpoints: 'an address that is needed is missing from the metadata, or is not https',
  metadata_algorithms: 'no algorithm for ID tokens that we accept',
  statement_expired: "the broker's entity statement has expired: ask it for the present one",
  keys_content: 'the answer is no key set',
  keys_signature: 'the key set is not signed by the pinned entity key, is about somebody else, or has expired',
  request_refused: 'the broker refuses the pushed request',
  state: 'another state than ours came back: is this the answer of this very try?',
  issuer: 'iss is missing, or names another broker',
  repeated: 'a parameter came twice',
  code: 'no usable code came back',
  exchange_expired: 'more than 15 minutes went by',
  disabled: 'the broker is switched off in the configuration (enabled: false)',
  client_refused: 'the broker refuses our client assertion',
  code_refused: 'the broker refuses the code that it has just given',
  token_missing: 'no ID token in the answer',
  token_not_encrypted: 'it is only signed: whoever reads the line reads the identity code',
  token_encryption:
    'it is encrypted by an algorithm that is not on our lists (idToken.keyEncryption, contentEncryption)',
  token_unknown_key: 'it is encrypted to a key that is none of ours: does the broker have our present keys?',
  token_decryption: 'it is not encrypted to our key, though it names it: does the broker have our present keys?',
  token_oauth_key_selection_failed: 'no published key fits',
  token_oauth_invalid_response: 'the signature or a claim that must be there is wrong or missing',
  token_oauth_unsupported_operation: 'an algorithm that is not on our list',
  token_oauth_jwt_claim_comparison_failed: 'nonce, aud or iss is not that of this exchange',
  token_oauth_jwt_timestamp_check_failed: 'it has expired, or is from the future',
  token_issuer: 'iss is not the broker',
  token_audience: 'aud is not our client id alone',
  token_nonce: 'nonce is not ours',
  token_issued_at: 'iat is missing or in the future',
  token_stale: 'it was issued too long ago',
  auth_time: 'auth_time is missing or in the future: ask the broker for it (require_auth_time)',
  auth_time_stale: 'the identification is older than this exchange: the broker has single sign-on and ignores max_age',
  acr: 'acr is missing, or not in acr.accept',
  identity_code_form: 'it has not the form of an identity code',
  identity_code_date: 'it holds no date',
  identity_code_future: 'it holds a date in the future',
  'identity_code_individual-number': 'its individual number is not one that is given',
  'identity_code_check-character': 'its check character is wrong',
  identity_code_artificial: 'it is one of a test person: allowArtificialCodes is for test environments',
  identity_code_pattern: 'it does not match identity.pattern',
  birthdate_mismatch: 'the birth date beside it is another one',
  evidence: 'nothing names the event (session_index, jti or sub)',
  userinfo_not_encrypted: 'it is only signed: whoever reads the line reads the identity code',
  userinfo_oauth_json_attribute_comparison_failed: 'it is about another person (sub) than the ID token',
  userinfo_not_signed: 'it is not signed',
  userinfo_audience: 'it is by another broker, or for another client',
  userinfo_mismatch: 'it is about another person than the ID token',
};
