/** The `code` of an error of the system (`ENOENT`, `EADDRINUSE`), by which alone such errors are told apart. */
export function errorCode(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}
