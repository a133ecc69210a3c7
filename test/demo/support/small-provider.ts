// A small OpenID provider that signs everybody in as `person-1` without asking: what the portals are tested against
// before and beside Avain. Run as a child process: `small-provider.ts PORT PORTAL_ORIGIN`; prints `ready`.
import type { IncomingMessage } from 'node:http';
import Koa from 'koa';
import Provider, { type Configuration } from 'oidc-provider';

const [port = '', portal = ''] = process.argv.slice(2);
const issuer = `http://localhost:${port}`;

const configuration: Configuration = {
  clients: [
    {
      client_id: 'oima',
      client_secret: 'a-secret-of-the-portal-test',
      redirect_uris: [`${portal}/callback`],
      post_logout_redirect_uris: [`${portal}/`],
      grant_types: ['authorization_code', 'refresh_token'],
      backchannel_logout_uri: `${portal}/backchannel-logout`,
      backchannel_logout_session_required: true,
    },
  ],
  pkce: { required: () => true },
  claims: { openid: ['sub'], email: ['email'], profile: ['name'] },
  acrValues: ['http://ftn.ficora.fi/2017/loatest2', 'urn:avain:acr:email'],
  findAccount: (_ctx, sub) => ({
    accountId: sub,
    claims: () => ({ sub, email: 'person@oma.example', name: 'Aino Olivia Virtanen' }),
  }),
  issueRefreshToken: async () => true,
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  features: {
    devInteractions: { enabled: false },
    backchannelLogout: { enabled: true },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (ctx, form) => {
        ctx.body = form;
      },
    },
  },
  cookies: { keys: ['only-for-tests'] },
  // The portal is on loopback, where the library's own guard lets nobody call.
  fetch: (url, { dispatcher: _guard, ...options }: RequestInit & { dispatcher?: unknown } = {}) => fetch(url, options),
};

const provider = new Provider(issuer, configuration);

async function signInAsAsked(request: IncomingMessage, ctx: Koa.Context): Promise<void> {
  const { prompt, params, session } = await provider.interactionDetails(request, ctx.res);
  const hint = String(params['login_hint'] ?? '');
  if (hint === 'refuse') {
    const result = { error: 'access_denied', error_description: 'the person cancelled' };
    return provider.interactionFinished(request, ctx.res, result, { mergeWithLastSubmission: false });
  }
  if (prompt.name === 'login') {
    const login = {
      accountId: 'person-1',
      acr: hint === 'weak' ? 'urn:avain:acr:email' : String(params['acr_values'] ?? ''),
      amr: ['pwd'],
    };
    return provider.interactionFinished(request, ctx.res, { login }, { mergeWithLastSubmission: false });
  }
  const grant = new provider.Grant({ accountId: session?.accountId ?? '', clientId: String(params['client_id']) });
  grant.addOIDCScope('openid email profile offline_access');
  const result = { consent: { grantId: await grant.save() } };
  return provider.interactionFinished(request, ctx.res, result, { mergeWithLastSubmission: true });
}

provider.use(async (ctx, next) => {
  if (ctx.path === '/health/ready') ctx.body = 'ready';
  else if (ctx.path.startsWith('/interaction/')) {
    ctx.respond = false;
    await signInAsAsked(ctx.req, ctx);
  } else await next();
});

const app = new Koa();
app.use(async (ctx) => {
  ctx.respond = false;
  await provider.callback()(ctx.req, ctx.res);
});
const server = app.listen(Number(port), '127.0.0.1', () => console.log('ready'));
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeAllConnections();
});
