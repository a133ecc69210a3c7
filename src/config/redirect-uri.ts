/** Where a client's answers go. The library compares them as they are, letter by letter (security R01). */
import { z } from 'zod';
import type { ClientFile } from './client-schema.ts';
import { isLoopbackHost, webUrl } from './values.ts';
import type { KeyPath } from './yaml-file.ts';

/** An app's own scheme is its domain reversed, so that no other app has it by chance (RFC 8252 7.1). */
const appScheme = /^[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)+:\/[\x21-\x7e]+$/;

/** An address of a web page, or one that an app on a device answers to. */
export const redirectUri = z.string().refine((uri) => webUrl.safeParse(uri).success || isAppUri(uri), {
  error: 'an absolute https URL without a fragment (http only on localhost)',
});

/** `com.example.app:/callback`. */
export function isAppUri(uri: string): boolean {
  return appScheme.test(uri) && !/[*#@\\]/.test(uri) && URL.canParse(uri);
}

/** For an app on a device that listens for its answer; whoever has the port is on the device (RFC 8252 7.3). */
export function isLoopbackUri(uri: string): boolean {
  const { protocol, hostname } = new URL(uri);
  return protocol === 'http:' && isLoopbackHost(hostname);
}

type AddressRule = readonly [broken: boolean, path: KeyPath, expected: string];

/** Apps are public: what is on every device is no secret. */
export function addressRules(file: ClientFile): AddressRule[] {
  const isNative = file.application === 'native';
  const ofList = (key: 'redirectUris' | 'postLogoutRedirectUris') =>
    file[key].map((uri, index): AddressRule => {
      if (isAppUri(uri)) return [!isNative, [key, index], 'an https address, or application: native'];
      // The library lets any port follow these two and `localhost`, which may lead elsewhere by somebody's hosts file.
      const isOther = isLoopbackUri(uri) && !/^http:\/\/(?:127\.0\.0\.1|\[::1\])(?::|\/)/.test(uri);
      return [isNative && isOther, [key, index], 'http://127.0.0.1/… or http://[::1]/…, at any port'];
    });
  return [
    [isNative && file.type !== 'public', ['application'], 'web, or type: public beside native'],
    ...ofList('redirectUris'),
    ...ofList('postLogoutRedirectUris'),
  ];
}
