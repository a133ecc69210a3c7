/** The first lines of the program that belongs to a client: printed by `avain client new`, to be copied. */
import type { NewClient, Preset } from './client-presets.ts';

type Snippet = (client: NewClient, issuer: string) => string;

export function snippetOf(client: NewClient, issuer: string): string {
  return snippets[client.preset](client, issuer);
}

const first = ({ redirectUris: [uri = ''] }: NewClient): string => uri;
const scope = 'openid email profile';

/** openid-client speaks http only when it is told to, which is right on localhost alone. */
const insecure = (issuer: string): string =>
  issuer.startsWith('http:') ? `, undefined, { execute: [oidc.allowInsecureRequests] }` : '';

const snippets: Readonly<Record<Preset, Snippet>> = {
  web: (client, issuer) => `// npm install openid-client (version 6)
import { readFileSync } from 'node:fs';
import * as oidc from 'openid-client';

const secret = readFileSync('client-secret', 'utf8').trim();
const avain = await oidc.discovery(new URL('${issuer}'), '${client.id}', secret${insecure(issuer)});

// To Avain: keep these three in the person's session.
const [verifier, state, nonce] = [oidc.randomPKCECodeVerifier(), oidc.randomState(), oidc.randomNonce()];
const signIn = oidc.buildAuthorizationUrl(avain, {
  redirect_uri: '${first(client)}',
  scope: '${scope}',
  code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
  state,
  nonce,
});

// And back, at the redirect address: \`url\` is the whole address that was asked for.
const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce };
const tokens = await oidc.authorizationCodeGrant(avain, url, checks);
const { sub } = tokens.claims();`,

  spa: (client, issuer) => `// npm install oidc-client-ts (version 3)
import { UserManager } from 'oidc-client-ts';

const users = new UserManager({
  authority: '${issuer}',
  client_id: '${client.id}',
  redirect_uri: '${first(client)}',
  scope: '${scope} offline_access',
});
await users.signinRedirect();
// At the redirect address:
const { profile } = await users.signinCallback();`,

  mobile: (client, issuer) => `// AppAuth for Android (Kotlin); for iOS the same names.
AuthorizationServiceConfiguration.fetchFromIssuer(Uri.parse("${issuer}")) { avain, _ ->
  val request = AuthorizationRequest.Builder(avain!!, "${client.id}", ResponseTypeValues.CODE, Uri.parse("${first(client)}"))
    .setScope("${scope} offline_access")
    .build()
  startActivityForResult(AuthorizationService(this).getAuthorizationRequestIntent(request), 1)
}`,

  machine: ({ id }, issuer) =>
    `curl --user "${id}:$CLIENT_SECRET" --data grant_type=client_credentials ${issuer}/token`,

  device: (
    { id },
    issuer,
  ) => `# The answer has verification_uri and user_code for the person, and device_code for the next line.
curl --data client_id=${id} --data-urlencode 'scope=${scope}' ${issuer}/device/auth
# Until it answers otherwise than authorization_pending, every five seconds:
curl --data client_id=${id} --data grant_type=urn:ietf:params:oauth:grant-type:device_code --data device_code=$DEVICE_CODE ${issuer}/token`,
};
