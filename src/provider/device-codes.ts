import { errors } from 'oidc-provider';

/** RFC 8628 3.2: long enough to fetch a phone and to identify at a bank. */
export const deviceCodeSeconds = 900;

/** To all but one of the browsers that confirm one code at the same moment. */
export function codeInUse(): Error {
  return new errors.CustomOIDCProviderError('code_in_use', 'the code is used in another browser');
}
