/** Every view and every mail filled with plausible things, one row per state that looks different. */
import { passwordDemands, passwordProfiles, passwordRulesAttribute } from '../../src/accounts/password-policy.ts';
import type { MailFrame, MailName, Mails } from '../../src/http/mail-models.ts';
import type { Frame, ViewName, Views } from '../../src/http/views.ts';
import { dataSamples } from './data-samples.ts';

const email = 'maija.meikalainen-esimerkki@pitka-osoite.oma.example';
const methods = ['bank', 'mobile'] as const;
const demands = passwordDemands(passwordProfiles.mission, {
  clientMinLength: null,
  hasSecondFactor: false,
  breachedKnown: true,
});
const rules = { ...demands, attribute: passwordRulesAttribute(demands) };
const hourMs = 3_600_000;
const consent = { locale: 'fi', textHash: 'x'.repeat(43) } as const;
const seenAt = Date.parse('2026-03-05T12:30:00Z');
const device = {
  look: { program: 'Firefox', system: 'Windows', network: '84.250.0.0/16' },
  firstSeenAt: seenAt,
  lastSeenAt: seenAt,
};
const accepted = {
  version: '2024-01',
  href: '/terms/oima?version=2024-01',
  clients: ['Oima', 'Oima henkilökohtainen apu'],
  title: 'Oiman käyttöehdot',
  acceptedAt: seenAt,
};
const service = { items: ['email', 'profile', 'age_over_18'], since: seenAt } as const;
const sections = [
  {
    href: '/account/profile',
    title: { key: 'profile.title' },
    summary: { key: 'profile.summary', params: { name: 'Aino', language: 'Suomi' } },
  },
] as const;
const terms = {
  version: '2024-01',
  date: '2024-01-15',
  text: '# Käyttöehdot\n\nPalvelun tarjoaa Oima.\nToinen rivi.\n\n## 1. Tili\n\n- Tili on henkilökohtainen.\n- Tiliä ei saa <b>luovuttaa</b>.\n\n## 2. Vastuu\n\nKukin vastaa omastaan.',
};

const termsSummary = { version: '2026-03', date: '2026-03-01', text: 'Kaksi kohtaa:\n\n- tili\n- <i>vastuu</i>' };

const factors = {
  authenticator: null,
  passkeys: [],
  full: false,
  codes: null,
  always: false,
  linked: true,
};
const passkey = JSON.stringify({ challenge: 'AAAA', rpId: 'avain.example', allowCredentials: [], timeout: 300_000 });
const signIn = {
  email,
  clientNotice: null,
  reauthentication: false,
  notice: null,
  passkey,
  passkeyHref: '/interaction/abc/passkey',
  foreign: null,
} as const;

const ofList = {
  county: 'Kanta-Hämeen hyvinvointialue',
  services: 'Oima henkilökohtainen apu',
  listHref: '/staff/rosters/personal-assistance/kanta-hame',
} as const;
const listed = {
  kind: 'identity',
  address: null,
  note: 'Asiakas 4711',
  state: 'valid',
  source: 'county',
  href: `${ofList.listHref}/entries/0mi1q2w3eAAAAAAAAAAAAAAAA`,
  from: '1. maaliskuuta 2026',
  to: null,
} as const;
const listedByMail = {
  ...listed,
  kind: 'email',
  address: email,
  note: null,
  state: 'ended',
  to: '5. maaliskuuta 2026 klo 14.30',
} as const;
const listedByFile = { ...listed, kind: 'email', address: email, state: 'coming', source: 'file' } as const;
const listDates = { validFrom: '1.3.2026', validTo: '', note: '<b>Asiakas</b> 4711' } as const;
const choices = (['current', 'ended', 'all'] as const).map((shown) => ({
  shown,
  href: `${ofList.listHref}?shown=${shown}`,
  chosen: shown === 'current',
}));
const staffList = {
  ...{
    ...ofList,
    listsHref: '/staff/rosters',
    entries: [],
    words: null,
    choices,
    firstHref: null,
    nextHref: null,
    unfinished: false,
  },
} as const;
const outcomes = { added: 3, changed: 1, unchanged: 0, duplicate: 1, refused: 2 } as const;
const toldLines = [
  { line: 2, outcome: 'changed', reason: null },
  { line: 3, outcome: 'refused', reason: { key: 'staff.reason-code' } },
] as const;

export const sampleModels: { readonly [Name in ViewName]: readonly Views[Name][] } = {
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
        { item: 'email', values: [email] },
        { item: 'profile', values: ['Maija Meikäläinen', 'Kutsumanimi: Maija'] },
        { item: 'birthdate', values: ['5.5.1985'] },
        { item: 'age_over_18', values: ['Kyllä'] },
        { item: 'national_id', values: ['050585 ••••'] },
        { item: 'roles', values: ['kuitti:henkilokohtainen-avustaja', 'kuitti:maksaja'] },
        { item: 'groups', values: [] },
        { item: 'county', values: ['Kanta-Hämeen hyvinvointialue'] },
        { item: 'offline_access', values: null },
      ],
      shown: 'openid email,',
    },
    { client: 'Kuitti', more: true, items: [{ item: 'openid', values: null }], shown: 'openid,' },
  ],
  'steps/welcome': [{ termsHref: '/terms/oima/2024-01' }, { termsHref: null }],
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
  'pages/accessibility': [{ backHref: null }, { backHref: '/interaction/abc/sign-in' }],
  'pages/continue': [
    { title: { key: 'session.stale-title' }, body: { key: 'session.stale-body' }, href: '/interaction/abc' },
    { title: { key: 'session.stale-title' }, body: null, href: '/interaction/abc' },
  ],
  'pages/not-signed-in': [{ startHref: '/account' }],
  'pages/form-post': [{ action: 'https://client.example/callback', fields: [{ name: 'code', value: '<b>&"' }] }],
  'account/overview': [
    { email, nickname: 'Aino', waiting: [], sections },
    {
      email,
      nickname: null,
      waiting: [
        { kind: 'deletion', dueAt: Date.parse('2026-03-19T12:30:00Z'), email: '', href: '/account/delete' },
        { kind: 'address', dueAt: Date.parse('2026-03-12T12:30:00Z'), email: 'u***@oma.example', href: '/account/address-change' },
      ],
      sections,
    },
  ],
  'account/address-change': [
    { waiting: { maskedEmail: 'm***@uusi.example', dueAt: Date.parse('2026-03-05T12:30:00Z') } },
    { waiting: null },
  ],
  'account/email': [
    { current: email, email: '', asked: null },
    { current: email, email, asked: { email, validUntil: Date.parse('2026-03-05T12:30:00Z') } },
  ],
  'account/data': dataSamples,
  'account/data-code': [{ fileHref: '/account/data/with-identity-code.json', dataHref: '/account/data' }],
  'account/delete': [{ dueAt: Date.parse('2026-03-05T12:30:00Z') }],
  'account/profile': [
    { nickname: '', locale: 'fi' },
    { nickname: 'Aino', locale: 'sv' },
  ],
  'account/password': [
    { email, hasPassword: true, shown: '1772713800000', rules },
    { email, hasPassword: false, shown: '', rules },
  ],
  'account/devices': [
    {
      devices: [{ ...device, ref: 'a', here: true, signedIn: true, known: true }],
      othersSignedIn: false,
      paging: { page: 1, newer: null, older: null },
    },
    {
      devices: [
        { ...device, ref: 'a', here: true, signedIn: true, known: true },
        { ...device, ref: 'b', here: false, signedIn: true, known: true },
        { ...device, ref: 'c', here: false, signedIn: false, known: true },
        {
          ...device,
          look: { program: null, system: null, network: '2001:db8::/32' },
          ref: 'd',
          here: false,
          signedIn: true,
          known: false,
        },
      ],
      othersSignedIn: true,
      paging: { page: 2, newer: 1, older: 3 },
    },
  ],
  'account/apps': [
    { services: [] },
    {
      services: [
        { ...service, id: 'oima', name: 'Oima', third: false, signedIn: true, offline: false },
        { ...service, id: 'kuitti', name: 'Kuitti', third: true, signedIn: false, offline: true },
        { ...service, id: 'muisto', name: 'muisto', third: false, items: [], signedIn: false, offline: false },
      ],
    },
  ],
  'account/identity': [
    { linked: null, unlinkHref: '/account/identity/unlink' },
    {
      linked: {
        linkedAt: seenAt,
        identifiedAt: seenAt,
        method: 'bank',
        name: 'Aino Olivia Virtanen',
        birthdate: '1989-11-13',
      },
      unlinkHref: '/account/identity/unlink',
    },
  ],
  'account/unlink': [
    { linkedAt: seenAt, identityHref: '/account/identity' },
    { linkedAt: null, identityHref: '/account/identity' },
  ],
  'account/factors': [
    factors,
    {
      ...factors,
      authenticator: { addedAt: seenAt },
      passkeys: [
        { id: 'QUJD', name: 'Maijan <b>puhelin</b>', addedAt: seenAt, lastUsedAt: seenAt },
        { id: 'REVG', name: 'Chrome, Windows', addedAt: seenAt, lastUsedAt: null },
      ],
      codes: { left: 9, few: false },
      always: true,
    },
    {
      ...factors,
      passkeys: [{ id: 'REVG', name: 'Chrome, Windows', addedAt: seenAt, lastUsedAt: null }],
      full: true,
      codes: { left: 1, few: true },
      linked: false,
    },
  ],
  'account/authenticator': [
    { state: 'start' },
    { state: 'there' },
    {
      state: 'scan',
      secret: 'JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP',
      href: 'otpauth://totp/Oma%20Palvelut:aino@oma.example?secret=JBSWY3DPEHPK3PXP&issuer=Oma%20Palvelut',
      picture: 'data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciLz4=',
    },
  ],
  'account/add-passkey': [
    { name: 'Chrome, Windows', options: passkey },
    { name: '', options: null },
  ],
  'account/recovery-codes': [
    { codes: ['4F7KQ-2M9XB', 'ZZ1TA-00RVW'], left: 10, useful: true },
    { codes: null, left: 1, useful: true },
    { codes: null, left: 0, useful: false },
  ],
  'account/terms': [
    { terms: [] },
    {
      terms: [
        {
          ...accepted,
          newer: {
            version: '2026-01',
            href: '/terms/oima?version=2026-01',
            date: '2026-01-01',
            demand: null,
            decideBy: null,
          },
        },
        {
          ...accepted,
          newer: { version: '2027-01', href: null, date: '2027-01-01', demand: 'postponable', decideBy: '2027-02-01' },
        },
        {
          ...accepted,
          title: null,
          href: null,
          clients: [],
          newer: { version: '2028', href: null, date: '2028-01-01', demand: 'due', decideBy: null },
        },
        { ...accepted, newer: null },
      ],
    },
  ],
  'account/activity': [
    { days: 90, events: [], paging: { page: 1, newer: null, older: null } },
    {
      days: 90,
      events: [
        { at: seenAt, text: { key: 'activity.signed-in' }, service: 'Oima' },
        { at: seenAt, text: { key: 'activity.sessions-ended' }, service: null },
      ],
      paging: { page: 1, newer: null, older: 2 },
    },
  ],
  'staff/lists': [
    { lists: [{ href: ofList.listHref, county: ofList.county, services: ofList.services, valid: 1 }] },
    { lists: [1, 2].map((valid) => ({ href: ofList.listHref, county: ofList.county, services: '', valid })) },
  ],
  'staff/list': [
    { ...staffList, entries: [listed, listedByMail, listedByFile] },
    { ...staffList, words: '<b>Åsa</b>', nextHref: `${ofList.listHref}?after=x`, unfinished: true },
    {
      ...staffList,
      entries: [listed],
      firstHref: ofList.listHref,
      nextHref: `${ofList.listHref}?after=x`,
      services: '',
    },
  ],
  'staff/add': [{ ...ofList, ...listDates, person: '' }],
  'staff/entry': [
    { ...ofList, ...listDates, entry: listed, version: 1, addedAt: seenAt, removeHref: `${listed.href}/remove` },
    { ...ofList, ...listDates, entry: listedByMail, version: 2, addedAt: seenAt, removeHref: `${listed.href}/remove` },
    { ...ofList, ...listDates, entry: listedByFile, version: 1, addedAt: seenAt, removeHref: `${listed.href}/remove` },
  ],
  'staff/remove': [
    { ...ofList, entry: listed, version: 1 },
    { ...ofList, entry: listedByFile, version: 1 },
  ],
  'staff/import': [{ ...ofList, maxLines: 3_000 }],
  'staff/upload': [
    { ...ofList, lines: 7, outcomes, told: toldLines, done: false, importHref: `${ofList.listHref}/import` },
    { ...ofList, lines: 7, outcomes, told: [], done: true, importHref: `${ofList.listHref}/import` },
  ],
};

const at = Date.parse('2026-03-05T12:30:00Z');
const notice = {
  at,
  where: { program: 'Samsung Internet', system: 'Android', network: '2001:14ba::/32' },
  notMeHref: 'https://avain.example/links/not-me?token=x-y_z',
} as const;

export const sampleMails: { readonly [Name in MailName]: readonly Mails[Name][] } = {
  activate: [{ href: 'https://avain.example/links/activate/tunniste', validUntil: at }],
  'address-in-use': [{ signInHref: 'https://oima.example/login' }],
  exists: [{ signInHref: 'https://oima.example/login' }],
  code: [
    { code: '042137', validUntil: at, linking: true },
    { code: '042137', validUntil: at, linking: false },
  ],
  reset: [{ href: 'https://avain.example/links/reset/tunniste', validUntil: at }],
  'no-account': [{ signInHref: 'https://oima.example/login' }],
  'password-changed': [notice, { ...notice, where: null }],
  linked: [notice],
  'new-device': [notice, { ...notice, where: { program: null, system: null, network: 'local' } }],
  mismatch: [notice],
  'new-address': (['new', 'same', 'none'] as const).map((password) => ({ at, password })),
  'undo-address': [{ maskedEmail: 'm***@uusi.example', href: 'https://avain.example/links/undo', validUntil: at }],
  'address-restored': [{ at, signInHref: 'https://oima.example/login' }],
  'address-removed': [{ at }],
  unlinked: [
    { ...notice, where: null, by: 'support' },
    { ...notice, by: 'owner' },
  ],
  'factor-added': (['authenticator', 'passkey'] as const).map((factor) => ({ ...notice, factor })),
  'factor-removed': (['authenticator', 'passkey', 'all'] as const).map((factor) => ({ ...notice, factor })),
  'recovery-codes-made': [notice],
  'recovery-code-used': [
    { ...notice, left: 9, few: false },
    { ...notice, left: 1, few: true },
  ],
  'passkey-copied': [notice],
  'codes-paused': [notice],
  'deletion-asked': [
    { ...notice, dueAt: at + 14 * 24 * hourMs, undoHref: 'https://avain.example/links/undo-deletion?token=a-b_c' },
  ],
  'deletion-taken-back': [notice],
  'deletion-done': [{ at }],
  dormant: [{ signInHref: 'https://oima.example/login', erasedAt: at }],
  'confirm-address': [{ href: 'https://avain.example/links/change-address?token=a-b_c', validUntil: at }],
  'address-pending-old': [
    { maskedEmail: 'm***@uusi.example', href: 'https://avain.example/links/undo?token=a-b_c', dueAt: at },
  ],
  'address-pending-new': [{ dueAt: at }],
  'address-pending-stopped': [{ at }],
};

/** The frame of a view as the service would give it; `changes` win. */
export function sampleFrame(view: ViewName, changes: Partial<Frame> = {}): Frame {
  const step = view.startsWith('steps/');
  return {
    locale: 'fi',
    path: step ? view.replace('steps/', '/interaction/abc/') : view.replace('pages', ''),
    service: {
      name: 'Oima',
      stylesheet: null,
      homeHref: 'http://localhost:3200/',
      privacyHref: 'http://localhost:3200/privacy',
      support: { email: 'tuki@oima.example', phone: '020 123 4567', hours: 'ma–pe 9–15' },
      operator: 'Avain Oy',
    },
    csrf: 'csrf-token',
    journeyPath: step ? '/interaction/abc' : null,
    errors: [],
    ...changes,
  };
}

export function sampleMailFrame(changes: Partial<MailFrame> = {}): MailFrame {
  const { locale, service } = sampleFrame('pages/error');
  return { locale, service, to: email, ...changes };
}
