import * as client from 'openid-client';
import { type PortalSession, sessionFrom } from './session.ts';
import { type StartedSignIn, type StartedSignIns, substantialLevels } from './start.ts';

/** How a callback ended: a session, or an OAuth error code with what can be done about it. */
export type Finished =
  | Readonly<{ outcome: 'signed-in'; session: PortalSession }>
  | Readonly<{ outcome: 'failed'; error: string; description: string; tryAgain: StartedSignIn['startedBy'] }>;

const anySubstantial = [...substantialLevels, 'http://ftn.ficora.fi/2017/loa2', 'http://ftn.ficora.fi/2017/loa3'];

/**
 * Ends the sign-in that this browser started: openid-client checks state, `iss`, code and ID token (signature, iss,
 * aud, exp, nonce, max_age). Errors of the protocol are values; what else goes wrong (Avain is down) is thrown.
 */
export async function finishSignIn(
  configuration: client.Configuration,
  callback: URL,
  browser: string,
  signIns: StartedSignIns,
): Promise<Finished> {
  const state = callback.searchParams.get('state') ?? '';
  const started = signIns.get(state);
  if (started === undefined || started.browser !== browser) return unknownSignIn(callback);
  signIns.take(state);
  try {
    const session = await exchange(configuration, callback, state, started);
    if (started.startedBy === '/vahva' && !anySubstantial.includes(String(session.claims.acr))) {
      return failed('unmet_authentication_requirements', `acr ${String(session.claims.acr)}`, started);
    }
    return { outcome: 'signed-in', session };
  } catch (error) {
    const { code, description } = protocolError(error);
    return failed(code, description, started);
  }
}

async function exchange(
  configuration: client.Configuration,
  callback: URL,
  state: string,
  started: StartedSignIn,
): Promise<PortalSession> {
  const tokens = await client.authorizationCodeGrant(configuration, callback, {
    expectedState: state,
    expectedNonce: started.nonce,
    pkceCodeVerifier: started.codeVerifier,
    idTokenExpected: true,
    ...(started.maxAgeSeconds !== undefined && { maxAge: started.maxAgeSeconds }),
  });
  const claims = tokens.claims();
  if (claims === undefined) throw new Error('No ID token came although it was expected');
  const userinfo = await client.fetchUserInfo(configuration, tokens.access_token, claims.sub);
  return sessionFrom(tokens, claims, userinfo);
}

// What a server that is down or overloaded makes: nothing was refused, so it is thrown and the portal says «later».
const outages: ReadonlySet<string> = new Set(['', 'OAUTH_TIMEOUT', 'OAUTH_ABORT', 'OAUTH_RESPONSE_IS_NOT_CONFORM']);

/** The OAuth error code and description of a refusal; rethrows whatever is not one. */
export function protocolError(error: unknown): { code: string; description: string } {
  if (error instanceof client.AuthorizationResponseError || error instanceof client.ResponseBodyError) {
    return { code: error.error, description: error.error_description ?? '' };
  }
  if (error instanceof client.ClientError && !outages.has(error.code ?? '')) {
    return { code: 'invalid_response', description: error.message };
  }
  throw error;
}

/** Nobody's, another browser's, or a second use (reload, back button): its parameters prove nothing. */
function unknownSignIn(callback: URL): Finished {
  const error = callback.searchParams.get('error') ?? 'unknown_state';
  return { outcome: 'failed', error: error.slice(0, 100), description: '', tryAgain: '/login' };
}

function failed(error: string, description: string, { startedBy }: StartedSignIn): Finished {
  return { outcome: 'failed', error, description, tryAgain: startedBy };
}
