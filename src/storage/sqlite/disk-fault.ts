/** What SQLite says of the disk beneath it, in words of ours. */
import { TemporarilyUnavailable } from '../../errors.ts';

/** Primary result codes (sqlite.org/rescode.html) that no row and no code of ours is the cause of. */
const reasons: ReadonlyMap<number, string> = new Map([
  [8, 'sqlite: disk read-only'],
  [10, 'sqlite: disk does not read or write'],
  [13, 'sqlite: disk full'],
  [14, 'sqlite: file cannot be opened'],
]);
/** The low byte of an extended result code. */
const primary = 0xff;

/** People are told to try again, and the store counts as away, where the disk is at fault; any other error stays as it is. */
export function orUnavailable(error: unknown): unknown {
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) : 0;
  const reason = reasons.get(code & primary);
  return reason === undefined ? error : new TemporarilyUnavailable(reason);
}
