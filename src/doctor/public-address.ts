import { connect } from 'node:tls';
import { errorCodeOf } from './error-code.ts';
import {
  bad,
  clockOf,
  doubtful,
  type Examination,
  type Examined,
  type Finding,
  good,
  notTried,
} from './examination.ts';

const answerMs = 5_000;
const dayMs = 86_400_000;
const renewDays = 14;
const organ = 'public address';

/** What clients and browsers find where we say we are: through the proxy, with its certificate. */
export async function examinePublicAddress({ config, clock }: Examination): Promise<Examined> {
  const { issuer } = config;
  let answer: Response;
  try {
    answer = await ask(issuer, '/.well-known/openid-configuration');
  } catch (error) {
    return { findings: [unreachable(issuer, errorCodeOf(error))] };
  }
  const clocks = clockOf('the public address', answer, clock);
  const told = await issuerTold(answer);
  if (told !== issuer) return { findings: [wrongIssuer(issuer, answer.status, told)], clocks };
  const secure = issuer.startsWith('https:');
  const further = await Promise.all([
    forged(issuer),
    ...(secure ? [transport(issuer, answer), certificate(issuer, clock.now()), plain(issuer)] : []),
  ]);
  return { findings: [good(organ, `${issuer} answers, and names itself so`), ...further.flat()], clocks };
}

const ask = (origin: string, path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  fetch(new URL(path, origin), { headers, redirect: 'manual', signal: AbortSignal.timeout(answerMs) });

async function issuerTold(answer: Response): Promise<unknown> {
  const body: unknown = await answer.json().catch(() => null);
  return Reflect.get(Object(body), 'issuer');
}

const refused = new Set(['ECONNREFUSED', 'UND_ERR_CONNECT_TIMEOUT', 'TimeoutError']);

/** Before the first start nobody answers, which is no fault. */
function unreachable(issuer: string, code: string): Finding {
  if (refused.has(code))
    return notTried(
      organ,
      `nobody answers at ${issuer} (${code})`,
      'Start Avain, and the proxy before it; then check again',
    );
  return bad(
    organ,
    `${issuer} cannot be asked (${code})`,
    'The name in DNS, the certificate, and what the proxy forwards',
  );
}

function wrongIssuer(issuer: string, status: number, told: unknown): Finding {
  if (typeof told === 'string')
    return bad(
      organ,
      `${issuer} names itself otherwise`,
      'issuer: the public address to the letter, in this file and in the Avain that runs',
    );
  return bad(
    organ,
    `${issuer} answers ${status} where it must describe itself`,
    'The proxy must forward every path to Avain',
  );
}

/** What a stranger's headers say of our address must come back nowhere (security R47). */
async function forged(issuer: string): Promise<readonly Finding[]> {
  const headers = {
    'X-Forwarded-Host': 'forged.invalid',
    'X-Forwarded-Proto': 'http',
    Forwarded: 'host=forged.invalid',
  };
  const answer = await ask(issuer, '/.well-known/openid-configuration', headers).catch(() => null);
  const text = (await answer?.text().catch(() => '')) ?? '';
  if (!text.includes('forged.invalid')) return [];
  return [
    bad(
      'proxy headers',
      'a forged X-Forwarded-Host comes back in an answer',
      'Something before Avain writes addresses by that header: have the proxy set it',
    ),
  ];
}

async function transport(issuer: string, answer: Response): Promise<readonly Finding[]> {
  if (answer.headers.has('strict-transport-security')) return [];
  return [
    doubtful(
      organ,
      `${issuer} sends no Strict-Transport-Security`,
      'Avain sends it: let the proxy leave headers as they are',
    ),
  ];
}

/** Over plain http there must be nothing, or the way to https; with the answer itself people could be kept from it. */
async function plain(issuer: string): Promise<readonly Finding[]> {
  const answer = await ask(`http://${new URL(issuer).hostname}`, '/').catch(() => null);
  if (answer === null || answer.status >= 300) return [];
  return [
    doubtful(
      organ,
      'the same host serves pages over plain http',
      'Redirect http to https at the proxy, or close the port',
    ),
  ];
}

async function certificate(issuer: string, now: number): Promise<readonly Finding[]> {
  const until = await validUntil(new URL(issuer));
  if (until === null) return [];
  const days = Math.floor((until - now) / dayMs);
  const found = `its certificate is valid for ${days} days`;
  if (days >= renewDays) return [good('certificate', found)];
  return [doubtful('certificate', found, 'Renew it, and have it renewed by itself (ACME)')];
}

/** Whether it may be believed was judged by the request before; here it is only read. */
function validUntil({ hostname, port }: URL): Promise<number | null> {
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) || 443, servername: hostname, timeout: answerMs });
    const end = (until: number | null) => {
      socket.destroy();
      resolve(until);
    };
    socket.once('secureConnect', () => end(Date.parse(socket.getPeerCertificate().valid_to) || null));
    socket.once('timeout', () => end(null));
    socket.once('error', () => end(null));
  });
}
