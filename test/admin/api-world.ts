/** A world whose admin API can be called: machines with keys of this run, and staff who sign in as people do. */
import { generateKeyPairSync } from 'node:crypto';
import { parse } from 'yaml';
import { type AdminRole, adminRoles } from '../../src/admin/role.ts';
import { block } from '../docs/pages.ts';
import { changeAccount } from '../support/inside.ts';
import { asClient, assertionClaims, keyedClients } from '../support/keyed-clients.ts';
import { startWorld, type World } from '../support/start-world.ts';
import { authorization, identify, noListener, signInWithPassword } from '../support/stories.ts';
import { createVisitor, type Visitor } from '../support/visitor.ts';

export type Staff = { readonly email: string; readonly identityCode: string };
/** The owner of the demo world. */
export const hoitaja: Staff = { email: 'hoitaja@oma.example', identityCode: '150482-909C' };
export const aino: Staff = { email: 'aino@oma.example', identityCode: '131189Y902A' };
/** Keeps a county's roster. */
export const kunta: Staff = { email: 'kunta@oma.example', identityCode: '080675-908M' };

export type Called = {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed; `null` of an empty body. */
  readonly body: unknown;
};

export type Call = {
  readonly token?: string | null;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

export type ApiWorld = {
  readonly world: World;
  /** Of the client `docs-caller`, PKCS #8. */
  readonly docsKeyPem: string;
  call(method: string, path: string, call?: Call): Promise<Called>;
  machineToken(client: string, resource?: string | null): Promise<string>;
  /** By password and at the bank; the browser stays signed in. */
  staffToken(who: Staff, visitor?: Visitor, client?: 'test-staff' | 'test-lax'): Promise<string>;
  /** One token for each role. */
  tokens(): Promise<Readonly<Record<AdminRole, string>>>;
  stop(): Promise<void>;
};

const machine = (role: string) => ({ pages: false, clientCredentials: true, admin: { role } }) as const;

export const browser = (): Visitor => {
  const visitor = createVisitor();
  visitor.unvisited.add(noListener);
  return visitor;
};

export async function startApiWorld(): Promise<ApiWorld> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const docsKey = { ...publicKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig', kid: 'docs' };
  const clients = await keyedClients({
    // As the documentation shows them: Avain does not start if it does not take them.
    'docs-machine': { ...parse(block('docs/admin-api.md', 'yaml machine')), pages: false },
    'docs-staff': parse(block('docs/admin-api.md', 'yaml staff')),
    'docs-caller': { ...machine('support'), jwks: { keys: [docsKey] } },
    'test-operator': machine('operator'),
    'test-support': machine('support'),
    'test-auditor': machine('auditor'),
    'test-plain': { pages: false, clientCredentials: true },
    'test-staff': { admin: { staff: true }, assurance: { demand: 'substantial', freshMinutes: 480 } },
    // Its people are not asked to identify: what counts is looked at by the API.
    'test-lax': { admin: { staff: true } },
  });
  const world = await startWorld({ env: { AVAIN_CLIENTS_DIR: clients.dir } });
  const api = new URL('/admin/api/v1', world.issuer).href;

  const grant = async (fields: Record<string, string>, client: string): Promise<string> => {
    const assertion = await clients.sign(assertionClaims(client, world.issuer));
    const body = new URLSearchParams({ ...asClient(assertion), ...fields });
    const answer = await fetch(new URL('/token', world.issuer), { method: 'POST', body });
    // A cast: the token endpoint's answer.
    const told = (await answer.json()) as { access_token?: string; error?: string };
    return told.access_token ?? `refused: ${told.error}`;
  };
  const machineToken = (client: string, resource: string | null = api) =>
    grant(resource === null ? {} : { resource }, client);

  const staffToken = async (who: Staff, visitor = browser(), client = 'test-staff'): Promise<string> => {
    const { url, verifier } = authorization(world, { client_id: client, scope: 'openid', resource: api });
    let page = await visitor.get(url);
    if (page.url.pathname.endsWith('/sign-in')) page = await signInWithPassword(visitor, page, who.email);
    if (page.url.pathname.endsWith('/strong-auth')) page = await identify(visitor, page, { person: who.identityCode });
    const code = page.url.searchParams.get('code');
    if (code === null) throw new Error(`no code at ${page.url}`);
    const fields = { grant_type: 'authorization_code', code, redirect_uri: `${noListener}/callback` };
    return grant({ ...fields, code_verifier: verifier, resource: api }, client);
  };

  const call: ApiWorld['call'] = async (method, path, { token = null, body, headers = {} } = {}) => {
    const answer = await fetch(`${api}${path}`, {
      method,
      headers: {
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text === '' ? null : JSON.parse(text) };
  };

  const tokens = async () => {
    changeAccount(world, aino.email, { adminRole: null });
    const [operator, support, auditor] = await Promise.all(
      ['test-operator', 'test-support', 'test-auditor'].map((client) => machineToken(client)),
    );
    const [owner, county] = [await staffToken(hoitaja), await staffToken(kunta)];
    const all = { owner, operator, support, auditor, county };
    // A cast: each of them is there, or the test fails at the first call.
    return Object.fromEntries(adminRoles.map((role) => [role, all[role] ?? ''])) as Record<AdminRole, string>;
  };
  const stop = async () => {
    await world.stop();
    await clients.remove();
  };
  const docsKeyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { world, docsKeyPem, call, machineToken, staffToken, tokens, stop };
}
