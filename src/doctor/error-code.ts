/** What the system or a library calls a failure, as ECONNREFUSED; never its message, which may repeat what was typed. */
export function errorCodeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if ('code' in error && typeof error.code === 'string') return error.code;
  // fetch says only that it failed; why is below.
  return error.cause === undefined ? error.name : errorCodeOf(error.cause);
}
