/** The two sides of one run: the clients as Avain is told of them, and as the OpenID Foundation's suite is. */
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import type { Random } from '../deps.ts';

export type SuiteRun = Readonly<{
  issuer: string;
  /** Where the suite answers, as https://localhost.emobix.co.uk:8443. */
  suite: string;
  /** The suite's name for this run; a part of its redirect URIs. */
  alias: string;
  person: Readonly<{ email: string; password: string }>;
  initialAccessToken: string;
}>;

/** File name → content, as JSON. Those of the suite hold secrets and private keys of these clients, as the suite needs them. */
export type SuiteFiles = Readonly<
  Record<'clients.json' | 'suite-oidcc.json' | 'suite-dynamic.json' | 'suite-fapi2.json', object>
>;

/** What the suite adds to the redirect URI of its second client, to see that queries are compared too. */
const query = '?dummy1=lorem&dummy2=ipsum';

export async function suiteFiles(run: SuiteRun, random: Random): Promise<SuiteFiles> {
  const at = (path: string) => `${run.suite}/test/a/${run.alias}/${path}`;
  const secret = () => random.bytes(32).toString('base64url');
  const common = {
    redirect_uris: [at('callback'), `${at('callback')}${query}`],
    post_logout_redirect_uris: [at('post_logout_redirect')],
    backchannel_logout_uri: at('backchannel_logout'),
    grant_types: ['authorization_code', 'refresh_token'],
  };
  const withSecret = (client_id: string, method: string) => ({
    client_id,
    client_name: `Conformance ${client_id}`,
    client_secret: secret(),
    token_endpoint_auth_method: method,
    ...common,
  });
  const [first, second, post] = [
    withSecret('suite-1', 'client_secret_basic'),
    withSecret('suite-2', 'client_secret_basic'),
    withSecret('suite-post', 'client_secret_post'),
  ];
  const [fapi1, fapi2] = [await fapiClient('suite-fapi-1', common), await fapiClient('suite-fapi-2', common)];
  const known = ({ client_id, client_secret }: typeof first) => ({ client_id, client_secret });
  const server = { discoveryUrl: `${run.issuer}/.well-known/openid-configuration`, login_hint: run.person.email };
  const suite = { alias: run.alias, description: 'Avain', server, browser: walkedPages(run) };
  return {
    'clients.json': [first, second, post, fapi1.metadata, fapi2.metadata],
    'suite-oidcc.json': { ...suite, client: known(first), client2: known(second), client_secret_post: known(post) },
    'suite-dynamic.json': {
      ...suite,
      client: { client_name: 'Conformance 1', initial_access_token: run.initialAccessToken },
      client2: { client_name: 'Conformance 2', initial_access_token: run.initialAccessToken },
    },
    'suite-fapi2.json': {
      ...suite,
      client: fapi1.known,
      client2: fapi2.known,
      resource: { resourceUrl: `${run.issuer}/me` },
    },
  };
}

/** FAPI 2.0 by keys: `private_key_jwt`, tokens bound by DPoP (avain_profile fapi2 demands both). */
async function fapiClient(client_id: string, common: object) {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const key: JWK = { ...(await exportJWK(privateKey)), kid: client_id, alg: 'ES256', use: 'sig' };
  const { d: _private, ...publicKey } = key;
  return {
    metadata: {
      client_id,
      client_name: `Conformance ${client_id}`,
      token_endpoint_auth_method: 'private_key_jwt',
      id_token_signed_response_alg: 'ES256',
      avain_profile: 'fapi2',
      jwks: { keys: [publicKey] },
      ...common,
    },
    known: { client_id, scope: 'openid', jwks: { keys: [key] } },
  };
}

/** What the suite's browser does on our pages: each has an address of its own, and its form is the first in `main`. */
function walkedPages({ issuer, suite, alias, person }: SuiteRun): readonly object[] {
  const submit = ['click', 'css', 'main form button[type=submit]'];
  const page = (task: string, path: string, commands: readonly unknown[]) => ({
    task,
    optional: true,
    match: `${issuer}/interaction/*/${path}`,
    commands: [...commands, submit],
  });
  const back = {
    task: 'Verify Complete',
    match: `${suite}/test/a/${alias}/callback*`,
    commands: [['wait', 'id', 'submission_complete', 10]],
  };
  const steps = [
    page('Address', 'sign-in', [['text', 'name', 'email', person.email]]),
    page('Password', 'password', [['text', 'name', 'password', person.password]]),
    page('Consent', 'consent', []),
  ];
  const logout = { task: 'Sign out', match: `${issuer}/session/end*`, commands: [['click', 'name', 'logout']] };
  const signedOut = { task: 'Signed out', optional: true, match: `${suite}/test/a/${alias}/post_logout_redirect*` };
  return [
    { match: `${issuer}/auth*`, tasks: [...steps, back] },
    { match: `${issuer}/session/end*`, tasks: [logout, signedOut] },
  ];
}
