import { readFile } from 'node:fs/promises';
import { Webhook } from 'standardwebhooks';
import { webhookSecrets } from '../config/secrets.ts';
import type { Deps } from '../deps.ts';
import { createGuardedPost, PostFailed } from '../http/guarded-post.ts';
import type { Endpoint, Message } from './message.ts';

type SendDeps = Pick<Deps, 'config' | 'clock'>;

const timeoutMs = 10_000;

/**
 * One attempt, within the bounds of every call of ours: 10 s, no redirect, no private address that is not allowed, 16 KiB of
 * answer. Resolves to the status of HTTP, or a code of why there was none; never throws.
 */
export async function sendOnce(deps: SendDeps, endpoint: Endpoint, { id, body }: Message): Promise<number | string> {
  try {
    const headers = await signedHeaders(deps, endpoint, id, body);
    if (headers === null) return 'secret-unreadable';
    const url = new URL(endpoint.url);
    const allowPrivate = deps.config.outgoing.allow.includes(url.origin);
    return (await createGuardedPost(url, { timeoutMs, allowPrivate })(body, headers)).status;
  } catch (error) {
    return error instanceof PostFailed ? error.code : 'failed';
  }
}

/** Signed by each secret of the file, read each time: a receiver that knows the older or the newer one believes it. */
async function signedHeaders({ config, clock }: SendDeps, { name }: Endpoint, id: string, body: string) {
  const file = config.secrets.webhookSecretFiles[name];
  const secrets = file === undefined ? null : webhookSecrets.parse(await readFile(file, 'utf8').catch(() => ''));
  if (secrets === null) return null;
  const at = new Date(clock.now());
  return {
    'content-type': 'application/json',
    'user-agent': 'Avain-Webhooks',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
  };
}
