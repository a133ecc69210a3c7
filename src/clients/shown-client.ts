import type { Client } from '../config/schema.ts';
import { sha256Base64url } from '../secrets/sealing.ts';

const shownCharacters = 12;

/** A client with every default filled in, to be read by people: of its secret as much as tells two secrets apart. */
export function shownClient(client: Client): Readonly<Record<string, unknown>> {
  const { secret, theme: _theme, ...rest } = client;
  return { ...rest, secret: secret && `sha256:${sha256Base64url(secret.reveal()).slice(0, shownCharacters)}…` };
}
