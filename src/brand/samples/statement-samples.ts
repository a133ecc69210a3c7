/** The pages that are reachable from every page without signing in, as in step-samples.ts. */
import type { StatementViews } from '../../http/statement-models.ts';
import { email } from './maija.ts';

const ownStatement = {
  title: 'Palvelun oma seloste',
  markdown: 'Palvelun tarjoaa Oima.\nToinen rivi.\n\n## Ensimmäinen kohta\n\n- yksi\n- <b>kaksi</b>',
};

export const statementSamples: { readonly [Name in keyof StatementViews]: readonly StatementViews[Name][] } = {
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
  'pages/status': [
    {
      asOf: Date.parse('2026-11-22T12:30:00Z'),
      parts: [
        { name: { key: 'status.sign-in' }, state: 'well', told: { key: 'status.works' } },
        {
          name: { key: 'status.identification' },
          state: 'failing',
          told: { key: 'status.fails-since', params: { at: '22.11.2026 klo 14.05' } },
        },
        { name: { key: 'status.mail' }, state: 'unknown', told: { key: 'status.unknown' } },
      ],
    },
    {
      asOf: Date.parse('2026-11-22T12:30:00Z'),
      parts: [{ name: { key: 'status.sign-in' }, state: 'well', told: { key: 'status.works' } }],
    },
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
};
