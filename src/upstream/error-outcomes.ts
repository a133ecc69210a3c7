import {
  AuthorizationResponseError,
  ClientError,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'openid-client';
import type { BrokerUnavailable, FinishOutcome } from './broker.ts';
import { BrokerUnreachable } from './broker-fetch.ts';
import { TokenRefused } from './decryption.ts';

/**
 * What an error says of the start of an exchange: no browser has been there yet, so all of it is between our server and
 * the broker. Throws again what is neither's: a fault of ours.
 */
export function startOutcomeOf(error: unknown): BrokerUnavailable {
  const unreachable = causeOf(error, BrokerUnreachable);
  if (unreachable) return { outcome: 'unavailable', cause: unreachable.code };
  if (isRefusal(error)) return { outcome: 'unavailable', cause: 'request_refused' };
  if (error instanceof ClientError) return { outcome: 'unavailable', cause: `request_${wordOf(error)}` };
  throw error;
}

/** What an error says of the end of an exchange. Throws again what is neither the person's nor the broker's. */
export function finishOutcomeOf(error: unknown): FinishOutcome {
  const unreachable = causeOf(error, BrokerUnreachable);
  if (unreachable) return { outcome: 'unavailable', cause: unreachable.code };
  const refused = causeOf(error, TokenRefused);
  if (refused) return { outcome: 'failed', cause: refused.code };
  // 4xx of the token endpoint: the code came through the browser and was refused, or it does not know us.
  if (isRefusal(error)) return { outcome: 'failed', cause: isAboutUs(error) ? 'client_refused' : 'code_refused' };
  if (error instanceof AuthorizationResponseError) return { outcome: 'failed', cause: 'response' };
  if (error instanceof ClientError) return { outcome: 'failed', cause: `token_${wordOf(error)}` };
  throw error;
}

type Refusal = ResponseBodyError | WWWAuthenticateChallengeError;

function isRefusal(error: unknown): error is Refusal {
  return error instanceof ResponseBodyError || error instanceof WWWAuthenticateChallengeError;
}

function isAboutUs(error: Refusal): boolean {
  if (error instanceof WWWAuthenticateChallengeError) return true;
  return error.error === 'invalid_client' || error.error === 'unauthorized_client';
}

/** The library's codes are fixed words; its messages and causes may quote the token and go nowhere. */
function wordOf(error: ClientError): string {
  return (error.code ?? 'invalid').toLowerCase();
}

/** The error of that kind in a chain of causes, for the library wraps what its fetch throws. */
export function causeOf<T extends Error>(error: unknown, kind: abstract new (...input: never[]) => T): T | undefined {
  for (let each = error; each instanceof Error; each = each.cause) if (each instanceof kind) return each;
  return undefined;
}
