/** Every page outside the ladder, as in step-samples.ts. */
import type { ViewName, Views } from '../../http/views.ts';
import { email, hourMs, rules, terms } from './maija.ts';

const ownStatement = {
  title: 'Palvelun oma seloste',
  markdown: 'Palvelun tarjoaa Oima.\nToinen rivi.\n\n## Ensimmäinen kohta\n\n- yksi\n- <b>kaksi</b>',
};

type PageView = Extract<ViewName, `pages/${string}`>;

export const pageSamples: { readonly [Name in PageView]: readonly Views[Name][] } = {
  'pages/activate': [
    { email, otherDevice: false, rules, presentPassword: false },
    { email, otherDevice: true, rules, presentPassword: true },
  ],
  'pages/activate-done': [{ continueHref: 'http://localhost:3200/login' }],
  'pages/reset': [{ email, rules }],
  'pages/reset-done': [{ continueHref: 'http://localhost:3200/login' }],
  'pages/undo-address': [{ email, maskedEmail: 'm***@uusi.example', validUntil: Date.parse('2026-03-05T12:30:00Z') }],
  'pages/undo-address-done': [{ continueHref: 'http://localhost:3200/login' }],
  'pages/not-me': [
    {
      about: 'password-changed',
      toldAt: Date.parse('2026-03-05T12:30:00Z'),
      pendingAddress: false,
      factors: false,
      deletion: false,
    },
    {
      about: 'deletion-asked',
      toldAt: Date.parse('2026-03-05T12:30:00Z'),
      pendingAddress: true,
      factors: true,
      deletion: true,
    },
  ],
  'pages/not-me-done': [
    { continueHref: 'http://localhost:3200/login', addressChanged: false },
    { continueHref: 'http://localhost:3200/login', addressChanged: true },
  ],
  'pages/address-taken': [
    { email, wanted: 'back' },
    { email, wanted: 'new' },
  ],
  'pages/change-address': [{ email, maskedEmail: 'm***@uusi.example', undoDays: 7 }],
  'pages/change-address-done': [{ email, continueHref: '/account' }],
  'pages/undo-deletion': [{ maskedEmail: 'm***@uusi.example', dueAt: Date.parse('2026-03-05T12:30:00Z') }],
  'pages/undo-deletion-done': [{ continueHref: '/account' }],
  'pages/deletion-waits': [{}],
  'pages/new-mailbox': [{ email, maskedEmail: 'm***@oma.example', waitDays: 7 }],
  'pages/new-mailbox-done': [{ continueHref: 'http://localhost:3200/login' }],
  'pages/undo-mailbox': [{ email, maskedEmail: 'm***@uusi.example', dueAt: Date.parse('2026-03-05T12:30:00Z') }],
  'pages/undo-mailbox-done': [{ continueHref: 'http://localhost:3200/login' }],
  'pages/dead-link': (
    [
      'activate',
      'reset',
      'undo-address',
      'not-me',
      'change-address',
      'undo-deletion',
      'new-mailbox',
      'undo-mailbox',
    ] as const
  ).flatMap((purpose) =>
    (['expired', 'used', 'replaced', 'invalid'] as const).map((kind) => ({
      purpose,
      kind,
      validMs: purpose === 'reset' ? hourMs / 2 : 24 * hourMs,
      startHref: 'http://localhost:3200/login',
    })),
  ),
  'pages/error': [
    {
      title: { key: 'page.error-title' },
      body: { key: 'page.error-body' },
      id: 'k3f9-22ab',
      wayOn: { href: '/', text: { key: 'session.restart' } },
    },
    {
      title: { key: 'page.too-many-title' },
      body: { key: 'page.too-many-body', params: { minutes: 3 } },
      id: null,
      wayOn: null,
    },
    {
      title: { key: 'page.bad-request-title' },
      body: { key: 'page.bad-request-body' },
      id: 'k3f9-22ab',
      wayOn: { href: '/', text: { key: 'common.to-start' } },
      developer: {
        error: 'invalid_request',
        description: 'failed to parse the request body',
        detail: 'request size did not match content length',
        meaning: 'The request cannot be read.',
        whatToDo: 'Read error_description.',
        consoleHref: '/integrator?client=oima',
      },
    },
  ],
  'pages/clients': [
    { clients: [{ name: 'Oima', href: 'http://localhost:3200/login' }], notFound: false },
    { clients: [{ name: 'Oima', href: 'http://localhost:3200/login' }], notFound: true },
    { clients: [], notFound: false },
  ],
  'pages/signed-in-as': [
    { maskedEmail: 'a***@oma.example', stayHref: '/account' },
    { maskedEmail: 'a***@oma.example', stayHref: null },
  ],
  'pages/other-browser': [{ startHref: 'http://localhost:3200/login' }],
  'pages/logout': [
    {
      providerForm:
        '<form id="op.logoutForm" method="post" action="http://localhost:3000/session/end/confirm"><input type="hidden" name="xsrf" value="s3cr3t"/></form>',
    },
  ],
  'pages/signed-out': [
    { returnHref: 'http://localhost:3200/', stillSignedIn: false },
    { returnHref: null, stillSignedIn: true },
  ],
  'pages/terms': [
    { ...terms, backHref: null, newerHref: null },
    { ...terms, backHref: '/interaction/abc/welcome', newerHref: '/terms/oima' },
  ],
  'pages/accessibility': [
    { backHref: null, own: null, dated: '2026-11-23', message: '', email: '' },
    {
      backHref: '/interaction/abc/sign-in',
      own: ownStatement,
      dated: null,
      message: 'Ensimmäinen\n\n<b>toinen</b>',
      email,
    },
  ],
  'pages/accessibility-thanks': [{ backHref: null }, { backHref: '/interaction/abc/sign-in' }],
  'pages/privacy': [
    {
      backHref: null,
      own: null,
      kept: [
        { key: 'privacy.kept-account', params: { count: 14 } },
        { key: 'privacy.kept-unused', params: { count: 730 } },
        { key: 'privacy.kept-log', params: { count: 730 } },
        { key: 'privacy.kept-terms', params: { count: 10 } },
        { key: 'privacy.kept-mails', params: { count: 30 } },
      ],
      accountHref: '/account/data',
    },
    { backHref: '/interaction/abc/sign-in', own: ownStatement, kept: [], accountHref: '/account/data' },
  ],
  'pages/cookies': [
    {
      backHref: null,
      own: null,
      cookies: [
        {
          names: ['__Host-avain_session', '__Host-avain_session.sig'],
          purpose: { key: 'cookies.purpose-session' },
          life: { key: 'cookies.life-session' },
        },
        {
          names: ['__Host-avain_browser'],
          purpose: { key: 'cookies.purpose-browser' },
          life: { key: 'cookies.life-days', params: { count: 180 } },
        },
        {
          names: ['__Secure-avain_interaction', '__Secure-avain_interaction.sig'],
          purpose: { key: 'cookies.purpose-interaction' },
          life: { key: 'cookies.life-hours', params: { count: 24 } },
        },
      ],
    },
    { backHref: '/interaction/abc/sign-in', own: ownStatement, cookies: [] },
  ],
  'pages/continue': [
    { title: { key: 'session.stale-title' }, body: { key: 'session.stale-body' }, href: '/interaction/abc' },
    { title: { key: 'session.stale-title' }, body: null, href: '/interaction/abc' },
  ],
  'pages/not-signed-in': [{ startHref: '/account' }],
  'pages/device': [
    { xsrf: 's3cr3t', userCode: '' },
    { xsrf: 's3cr3t', userCode: 'BCDF-GHJK' },
  ],
  'pages/device-confirm': [
    {
      xsrf: 's3cr3t',
      userCode: 'BCDF-GHJK',
      client: 'Oima',
      look: { program: null, system: 'Android', network: '84.250.0.0/16' },
    },
  ],
  'pages/device-done': [{ outcome: 'allowed' }, { outcome: 'denied' }],
  'pages/form-post': [{ action: 'https://client.example/callback', fields: [{ name: 'code', value: '<b>&"' }] }],
};
