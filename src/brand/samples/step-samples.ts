/** Every page of the ladder filled with plausible things, one row per state that looks different. */
import type { ViewName, Views } from '../../http/views.ts';
import { email, hourMs, passkey, rules, terms } from './maija.ts';

const methods = ['bank', 'mobile'] as const;
const consent = { locale: 'fi', textHash: 'x'.repeat(43) } as const;
const termsSummary = { version: '2026-03', date: '2026-03-01', text: 'Kaksi kohtaa:\n\n- tili\n- <i>vastuu</i>' };
const signIn = {
  email,
  clientNotice: null,
  reauthentication: false,
  notice: null,
  passkey,
  passkeyHref: '/interaction/abc/passkey',
  foreign: null,
} as const;

type StepView = Extract<ViewName, `steps/${string}`>;

export const stepSamples: { readonly [Name in StepView]: readonly Views[Name][] } = {
  'steps/sign-in': [
    { ...signIn, email: '' },
    { ...signIn, clientNotice: 'Hyvinvointialueen tulee valtuuttaa sinut.', reauthentication: true },
    { ...signIn, notice: 'activated-elsewhere', passkey: null },
    { ...signIn, reauthentication: true, foreign: { maskedEmail: 'a***@oma.example', otherEmail: 'm***@oma.example' } },
  ],
  'steps/second-factor': [
    { authenticator: true, passkey, passkeyHref: '/interaction/abc/passkey', recovery: true, identification: true },
    { authenticator: true, passkey: null, passkeyHref: '', recovery: false, identification: false },
    { authenticator: false, passkey, passkeyHref: '/interaction/abc/passkey', recovery: true, identification: true },
  ],
  'steps/password': [
    { email, found: false, reauthentication: false },
    { email, found: false, reauthentication: true },
    { email: 'm***@oma.example', found: true, reauthentication: false },
  ],
  'steps/sign-up': [
    { email: '', clientNotice: null },
    { email, clientNotice: 'Hyvinvointialueen tulee valtuuttaa sinut.' },
  ],
  'steps/link-sent': [
    { email, validMs: 24 * hourMs, notice: null, pollHref: '/interaction/abc/link-sent/opened' },
    { email, validMs: hourMs, notice: 'resent', pollHref: null },
    { email, validMs: 24 * hourMs, notice: 'waiting', pollHref: null },
  ],
  'steps/forgot-password': [
    { email: '', maskedEmail: null },
    { email, maskedEmail: null },
    { maskedEmail: 'm***@oma.example' },
  ],
  'steps/reset-sent': [
    { email, validMs: hourMs / 2, notice: null },
    { email, validMs: hourMs / 2, notice: 'resent' },
  ],
  'steps/find-account': [
    { state: 'ask', notice: null, methods },
    { state: 'ask', notice: 'cancelled', methods },
    { state: 'ask', notice: 'unavailable', methods: ['bank'] },
    { state: 'none' },
    { state: 'found', maskedEmail: 'm***@pitka-osoite.oma.example' },
  ],
  'steps/lost-mailbox': [
    { email: '', maskedEmail: 'm***@oma.example', waitDays: 7 },
    { email, maskedEmail: 'm***@oma.example', waitDays: 1 },
  ],
  'steps/new-mailbox-sent': [
    { email, validMs: 24 * hourMs, notice: null },
    { email, validMs: 24 * hourMs, notice: 'resent' },
  ],
  'steps/pending-address': [{ maskedEmail: 'm***@uusi.example', dueAt: Date.parse('2026-03-05T12:30:00Z') }],
  'steps/select-account': [{ maskedEmail: 'm***@pitka-osoite.oma.example' }],
  'steps/account-closed': [{}],
  'steps/deletion-asked': [{ dueAt: Date.parse('2026-03-05T12:30:00Z') }],
  'steps/new-password': [
    { email, reason: 'weak', rules },
    { email, reason: 'ordered', rules },
  ],
  'steps/strong-auth': [
    { why: 'first', notice: null, methods, stopped: false },
    { why: 'again', notice: 'cancelled', methods, stopped: false },
    { why: 'again', notice: 'failed', methods, stopped: false },
    { why: 'again', notice: 'unavailable', methods, stopped: false },
    { why: 'first', notice: 'no-identity-code', methods, stopped: false },
    { why: 'demanded', notice: null, methods, stopped: false },
    { why: 'reset', notice: null, methods, stopped: false },
    { why: 'new-device', notice: null, methods, stopped: false },
    { why: 'factor-lost', notice: null, methods, stopped: false },
    { why: 'again', notice: 'mismatch', methods, stopped: false },
    { why: 'again', notice: 'no-identity-code', methods: ['bank'], stopped: false },
    { why: 'again', notice: 'mismatch', methods, stopped: true },
  ],
  'steps/not-authorised': [
    { contact: 'Kanta-Hämeen hyvinvointialue, henkilökohtainen apu, 03 123 4567', notice: null },
    { contact: 'Kanta-Hämeen hyvinvointialue, henkilökohtainen apu, 03 123 4567', notice: 'waiting' },
  ],
  'steps/email-code': [
    { email, validMs: 600_000, linking: true, notice: null },
    { email, validMs: 600_000, linking: false, notice: 'resent' },
  ],
  'steps/link-eid': [
    { state: 'ask', email, name: 'Maija Meikäläinen', consent },
    { state: 'ask', email, name: null, consent },
    { state: 'declined' },
    { state: 'conflict', maskedEmail: 'a***@oma.example', keepEmail: null, undoDays: 7 },
    { state: 'conflict', maskedEmail: 'a***@oma.example', keepEmail: email, undoDays: 7 },
    { state: 'keep', maskedEmail: 'a***@oma.example', email, undoDays: 7, consent },
  ],
  'steps/terms': [
    { state: 'ask', update: null, hash: 'x'.repeat(43), ...terms },
    { state: 'ask', update: { since: '2026-03-01', decideBy: null, summaries: [] }, hash: 'x'.repeat(43), ...terms },
    {
      state: 'ask',
      update: { since: '2026-03-01', decideBy: '2026-03-31', summaries: [termsSummary] },
      hash: 'x'.repeat(43),
      ...terms,
    },
    {
      state: 'ask',
      update: {
        since: '2026-03-01',
        decideBy: null,
        summaries: [termsSummary, { ...termsSummary, version: '2026-04' }],
      },
      hash: 'x'.repeat(43),
      ...terms,
    },
    { state: 'declined', version: '2024-01', hash: 'x'.repeat(43), decideBy: null },
    { state: 'declined', version: '2024-01', hash: 'x'.repeat(43), decideBy: '2026-03-31' },
  ],
  'steps/consent': [
    {
      client: 'Kuitti',
      more: false,
      items: [
        { item: 'email', values: [email], choice: 'needed' },
        { item: 'profile', values: ['Maija Meikäläinen', 'Kutsumanimi: Maija'], choice: 'ticked' },
        { item: 'birthdate', values: ['5.5.1985'], choice: 'unticked' },
        { item: 'age_over_18', values: ['Kyllä'], choice: 'ticked' },
        { item: 'national_id', values: ['050585 ••••'], choice: 'ticked' },
        { item: 'roles', values: ['kuitti:henkilokohtainen-avustaja', 'kuitti:maksaja'], choice: 'ticked' },
        { item: 'groups', values: [], choice: 'ticked' },
        { item: 'county', values: ['Kanta-Hämeen hyvinvointialue'], choice: 'ticked' },
        { item: 'offline_access', values: null, choice: null },
      ],
      shown: 'openid email,',
    },
    { client: 'Kuitti', more: true, items: [{ item: 'openid', values: null, choice: null }], shown: 'openid,' },
  ],
  'steps/welcome': [{ termsHref: '/terms/oima/2024-01' }, { termsHref: null }],
};
