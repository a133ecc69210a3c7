// What Avain is measured against: oidc-provider with its own memory adapter, two minimal pages and the same hash. No
// mail, no policy, no storage, nothing of ours. Arguments: port, argon2id hash of everybody's password, client secret.
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { verify } from '@node-rs/argon2';
import { exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';

const [, , port = '0', hash = '', secret = ''] = process.argv;
const issuer = `http://localhost:${port}`;
const { privateKey } = await generateKeyPair('ES256', { extractable: true });

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'bench-web',
      client_secret: secret,
      redirect_uris: ['https://client.example/callback'],
      grant_types: [
        'authorization_code',
        'refresh_token',
        'client_credentials',
        'urn:ietf:params:oauth:grant-type:device_code',
      ],
      response_types: ['code'],
      token_endpoint_auth_method: 'client_secret_basic',
      id_token_signed_response_alg: 'ES256',
      scope: 'openid email profile offline_access',
    },
  ],
  jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig', kid: 'bench' }] },
  cookies: { keys: ['a key of the bench that signs nothing of worth'] },
  claims: {
    openid: ['sub', 'acr', 'amr', 'auth_time'],
    email: ['email', 'email_verified'],
    profile: ['name', 'given_name', 'family_name'],
  },
  pkce: { required: () => true },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    deviceFlow: { enabled: true },
    introspection: { enabled: true },
    revocation: { enabled: true },
  },
  findAccount: (_ctx, accountId) => ({
    accountId,
    claims: () => ({
      sub: accountId,
      email: accountId,
      email_verified: true,
      name: 'Mitta Mittari',
      given_name: 'Mitta',
      family_name: 'Mittari',
    }),
  }),
  issueRefreshToken: async () => true,
  expiresWithSession: async () => false,
  rotateRefreshToken: false,
  interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
  // First-party: nobody is asked.
  loadExistingGrant: async ({ oidc }) => {
    const { session, client } = oidc;
    if (!session?.accountId || !client) return undefined;
    const grant = new oidc.provider.Grant({ accountId: session.accountId, clientId: client.clientId });
    grant.addOIDCScope([...oidc.requestParamOIDCScopes].join(' '));
    await grant.save();
    return grant;
  },
});

/** @type {(action: string, hidden: string, field: string) => string} */
const page = (action, hidden, field) =>
  `<!doctype html><title>Sign in</title><main><form method="post" action="${action}">${hidden}<input name="${field}"><button>Go</button></form></main>`;

/** @type {(value: string) => string} */
const escaped = (value) => value.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith('/interaction/')) return next();
  const { uid } = await provider.interactionDetails(ctx.req, ctx.res);
  if (ctx.method === 'GET') {
    ctx.type = 'html';
    ctx.body = page(`/interaction/${uid}`, '', 'email');
    return;
  }
  const form = new URLSearchParams(await text(ctx.req));
  const accountId = form.get('email') ?? '';
  const password = form.get('password');
  if (password === null) {
    ctx.type = 'html';
    ctx.body = page(
      `/interaction/${uid}`,
      `<input type="hidden" name="email" value="${escaped(accountId)}">`,
      'password',
    );
    return;
  }
  if (!(await verify(hash, password))) ctx.throw(422);
  ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, { login: { accountId, remember: false } }));
  ctx.status = 303;
});

createServer(provider.callback()).listen(Number(port), 'localhost');
process.on('SIGTERM', () => process.exit(0));
