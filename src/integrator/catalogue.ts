/**
 * Every OAuth error that Avain gives: where, what it means, what to do. docs/errors.md is made of it, with the findings
 * that come with each as its likely causes. A test compares it with the errors of the library and of our own code.
 */
import { endpointErrors } from './endpoint-errors.ts';
import type { ErrorEntry } from './error-entry.ts';
import { signInErrors } from './sign-in-errors.ts';

export const catalogue = { ...signInErrors, ...endpointErrors };

export type ErrorCode = keyof typeof catalogue;

/** What is known of an error; null where it is none of the catalogue, which a test forbids. */
export function errorEntry(code: string): ErrorEntry | null {
  // A cast: a name that is a key of the catalogue is one of its codes.
  return Object.hasOwn(catalogue, code) ? catalogue[code as ErrorCode] : null;
}
