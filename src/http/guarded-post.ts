/** One POST to one address: bounded in time and size, no redirect followed, no private address unless it is allowed. */
import { lookup } from 'node:dns';
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isPrivateAddress } from './private-address.ts';

/** No usable answer came. `code` is fixed text, fit for logs. */
export class PostFailed extends Error {
  override readonly name = 'PostFailed';
  readonly code: string;
  constructor(code: string, options?: ErrorOptions) {
    super(`no usable answer: ${code}`, options);
    this.code = code;
  }
}

export type Posted = { readonly status: number; readonly body: string };
export type Post = (body: string, headers: Readonly<Record<string, string>>) => Promise<Posted>;

/** Nobody whom we ask answers more than a few lines. */
const maxAnswerBytes = 16_384;

/** The post throws PostFailed: `timeout`, `connection`, `private-address`, `too-large`. */
export function createGuardedPost(
  url: URL,
  { timeoutMs, allowPrivate }: { readonly timeoutMs: number; readonly allowPrivate: boolean },
): Post {
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const refused = !allowPrivate && isIP(host) !== 0 && isPrivateAddress(host);
  return async (body, headers) => {
    // An address written out is never looked up.
    if (refused) throw new PostFailed('private-address');
    const signal = AbortSignal.timeout(timeoutMs);
    // A connection for each: one that was kept may have been closed at the other end, and a person would be told "wrong".
    const options: RequestOptions = { method: 'POST', headers, signal, agent: false };
    if (!allowPrivate) options.lookup = publicLookup;
    try {
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        send(url, options, resolve).on('error', reject).end(body);
      });
      return { status: response.statusCode ?? 0, body: await boundedText(response) };
    } catch (error) {
      if (error instanceof PostFailed) throw error;
      throw new PostFailed(signal.aborted ? 'timeout' : 'connection', { cause: error });
    }
  };
}

/** What connects gets the very addresses that were looked at, so that a name cannot change in between. */
const publicLookup: LookupFunction = (hostname, options, done) => {
  lookup(hostname, { ...options, all: true }, (error, found) => {
    const [first] = found ?? [];
    if (error || !first) return done(error ?? new PostFailed('connection'), '');
    if (found.some(({ address }) => isPrivateAddress(address))) return done(new PostFailed('private-address'), '');
    return options.all ? done(null, found) : done(null, first.address, first.family);
  });
};

async function boundedText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Leaving the loop by a throw destroys the response, and with it the connection. A cast: without an encoding they are buffers.
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxAnswerBytes) throw new PostFailed('too-large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
