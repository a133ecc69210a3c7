import type { ClientAuth, CustomFetch, ServerMetadata } from 'openid-client';
import { clientAuthentication } from '../broker-connection.ts';
import { BrokerUnreachable } from '../broker-fetch.ts';
import type { SigningKey } from '../ftn/keys.ts';
import { type CheckInput, type Duty, type Finding, met, notMet, notTried } from './duty.ts';
import { wordsFor } from './words.ts';

type Line = Readonly<{ fetch: CustomFetch; server: ServerMetadata; signing: SigningKey; stranger: SigningKey }>;

/** What the token endpoint said to a code that nobody issued. */
type Answer = Readonly<{ status: number; error: string }> | Readonly<{ unreachable: string }>;

/**
 * Whether the token endpoint knows us from others, without any person: a code that nobody issued is refused as a code
 * (`invalid_grant`) to whoever proved to be the client, and for the client's sake (`invalid_client`) to all others.
 */
export async function clientDuties(check: CheckInput, line: Line): Promise<readonly Finding[]> {
  const own = await formFor(check, line.server, clientAuthentication(check.config, line.signing, line.server));
  const accepted = await post(line, own);
  const finding = acceptedFinding(accepted);
  if (finding.verdict !== 'met') {
    const reason = 'our own assertion was not accepted, so a refusal would say nothing';
    const others = ['client-required', 'stranger-refused', 'replay-refused'] as const;
    return [finding, ...others.map((duty) => notTried(duty, reason))];
  }
  const without = await formFor(check, line.server, (_server, client, body) => {
    body.set('client_id', client.client_id);
  });
  const stranger = clientAuthentication(check.config, line.stranger, line.server);
  return [
    finding,
    refusedFinding('client-required', await post(line, without), accepted),
    refusedFinding('stranger-refused', await post(line, await formFor(check, line.server, stranger)), accepted),
    // Byte for byte what was sent first.
    refusedFinding('replay-refused', await post(line, own), accepted),
  ];
}

async function formFor(
  { config, redirectUri, random }: CheckInput,
  server: ServerMetadata,
  authenticate: ClientAuth,
): Promise<URLSearchParams> {
  const nobodys = () => random.bytes(32).toString('base64url');
  const form = new URLSearchParams({
    grant_type: 'authorization_code',
    code: nobodys(),
    redirect_uri: redirectUri,
    code_verifier: nobodys(),
  });
  await authenticate(server, { client_id: config.clientId }, form, new Headers());
  return form;
}

async function post({ fetch, server }: Line, body: URLSearchParams): Promise<Answer> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
  try {
    const options = { method: 'POST', headers, body: body.toString(), redirect: 'manual' } as const;
    const response = await fetch(server.token_endpoint ?? '', options);
    const content: unknown = await response.json().catch(() => null);
    const error: unknown = Reflect.get(Object(content), 'error');
    return { status: response.status, error: typeof error === 'string' ? error : '' };
  } catch (error) {
    if (error instanceof BrokerUnreachable) return { unreachable: error.code };
    throw error;
  }
}

function acceptedFinding(answer: Answer): Finding {
  const duty = 'client-accepted';
  if ('unreachable' in answer) return notMet(duty, wordsFor(answer.unreachable));
  if (answer.status < 400) return notMet(duty, `a code that nobody issued was answered with ${answer.status}`);
  if (isAboutClient(answer)) {
    const hint = 'is our public key registered there, the client id, assertion.audience right?';
    return notMet(duty, `it answers ${inWords(answer)}: ${hint}`);
  }
  return met(duty, `it answers ${inWords(answer)} to a code that nobody issued`);
}

function refusedFinding(duty: Duty, answer: Answer, accepted: Answer): Finding {
  if ('unreachable' in answer) return notTried(duty, wordsFor(answer.unreachable));
  if (isAboutClient(answer)) return met(duty, `it answers ${inWords(answer)}`);
  // OP says invalid_request for some of these: another answer than ours got is a refusal.
  const same = 'error' in accepted && accepted.status === answer.status && accepted.error === answer.error;
  if (answer.status >= 400 && !same) return met(duty, `it answers ${inWords(answer)}`);
  return notMet(duty, `it answers ${inWords(answer)}, as to us: tell the broker at once`);
}

function isAboutClient({ status, error }: { status: number; error: string }): boolean {
  return status === 401 || error === 'invalid_client' || error === 'unauthorized_client';
}

function inWords({ status, error }: { status: number; error: string }): string {
  return /^[a-z_]{1,60}$/.test(error) ? `${error} (${status})` : String(status);
}
