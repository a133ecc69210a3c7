import type { CustomFetch } from 'openid-client';

/** Our server got no usable answer from the broker. `code` is fixed text, fit for logs and metrics. */
export class BrokerUnreachable extends Error {
  readonly code: string;
  constructor(code: string, options?: ErrorOptions) {
    super(`broker unreachable: ${code}`, options);
    this.code = code;
  }
}

// Metadata, key sets and token responses are a few KiB; more is a fault or an attack on our memory (fault F9).
const bodyLimitBytes = 64 * 1024;

/**
 * The only way from Avain to a broker: bounded in time (milliseconds) and size, follows no redirect. Answers 2xx (JSON
 * or a JWT) and 4xx as they are; throws {@link BrokerUnreachable} for all that means "the broker is not well". A
 * person's errors are 4xx, so no browser can make a broker look down.
 */
export function createBrokerFetch(timeoutMs: number): CustomFetch {
  return async (url, options) => {
    const { signal: callers, body, ...rest } = options;
    const limit = AbortSignal.timeout(timeoutMs);
    // The library brings a time limit of its own, as long as ours.
    const signal = callers ? AbortSignal.any([limit, callers]) : limit;
    let response: Response;
    let content: string;
    try {
      response = await fetch(url, {
        ...rest,
        // The library types the body wider than what it sends (form parameters or nothing).
        body: (body ?? null) as RequestInit['body'] & (string | null),
        redirect: 'manual',
        signal,
      });
      content = await boundedText(response);
    } catch (error) {
      if (error instanceof BrokerUnreachable) throw error;
      throw new BrokerUnreachable(signal.aborted ? 'timeout' : 'connection', { cause: error });
    }
    assertUsable(response.status, options.method, content);
    return new Response(content, { status: response.status, headers: response.headers });
  };
}

/** What a gateway says of a server that is not there. */
const nobodyThere = new Set([502, 503, 504]);

function assertUsable(status: number, method: string, content: string): void {
  // Only a sign of life was wanted; some servers know no HEAD, and say so by a 4xx or 501.
  if (method === 'HEAD' && !nobodyThere.has(status)) return;
  if (status >= 500) throw new BrokerUnreachable(`status_${status}`);
  if (status >= 300 && status < 400) throw new BrokerUnreachable('redirect');
  // Metadata and keys have no reason to be refused to us.
  if (method === 'GET' && status !== 200) throw new BrokerUnreachable(`status_${status}`);
  if (status < 300 && !isJsonObject(content) && !compactJose.test(content)) throw new BrokerUnreachable('not_json');
}

// Signed key sets and userinfo: a JWS of three parts or a JWE of five (whose second is empty with a direct key).
const compactJose = /^\s*[\w-]+\.[\w-]*\.[\w-]*(\.[\w-]+\.[\w-]+)?\s*$/;

async function boundedText(response: Response): Promise<string> {
  if (!response.body) return '';
  const decoder = new TextDecoder();
  let text = '';
  let sizeBytes = 0;
  // Leaving the loop by a throw cancels the stream, and with it the connection.
  for await (const chunk of response.body) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > bodyLimitBytes) throw new BrokerUnreachable('too_large');
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function isJsonObject(content: string): boolean {
  try {
    const value: unknown = JSON.parse(content);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
