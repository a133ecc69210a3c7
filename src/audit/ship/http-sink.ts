import { readFile } from 'node:fs/promises';
import { createGuardedPost } from '../../http/guarded-post.ts';
import type { Sink, SinkConfig } from './sink.ts';

/** The other side has refused it. `code` is for the log. */
class NotTaken extends Error {
  override readonly name = 'NotTaken';
  readonly code: string;
  constructor(status: number) {
    super(`the audit log was not taken: status ${status}`);
    this.code = `status_${status}`;
  }
}

const timeoutMs = 10_000;

/** NDJSON by POST; what is not answered by 2xx is sent again. Within the bounds of every call of ours: no redirect, no private address. */
export function httpSink({ url, tokenFile }: Extract<SinkConfig, { to: 'https' }>, allow: readonly string[]): Sink {
  const target = new URL(url);
  const post = createGuardedPost(target, { timeoutMs, allowPrivate: allow.includes(target.origin) });
  return async (lines) => {
    // Read each time, so that another token is taken without a restart.
    const token = tokenFile === null ? null : (await readFile(tokenFile, 'utf8')).trim();
    const headers = {
      'content-type': 'application/x-ndjson',
      ...(token !== null && { authorization: `Bearer ${token}` }),
    };
    const { status } = await post(`${lines.join('\n')}\n`, headers);
    if (status < 200 || status > 299) throw new NotTaken(status);
  };
}
