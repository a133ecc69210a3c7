/**
 * Every view and every mail filled with plausible things, one row per state that looks different. Those that a client's
 * brand is previewed with (steps, pages, mails) stand in src/brand/samples.
 */

import { email, passkey, rules } from '../../src/brand/samples/maija.ts';
import { mailSamples } from '../../src/brand/samples/mail-samples.ts';
import { pageSamples } from '../../src/brand/samples/page-samples.ts';
import { stepSamples } from '../../src/brand/samples/step-samples.ts';
import type { MailFrame } from '../../src/http/mail-models.ts';
import type { Frame, ViewName, Views } from '../../src/http/views.ts';
import { adminNav, adminSamples } from './admin-samples.ts';
import { dataSamples } from './data-samples.ts';
import { integratorSamples } from './integrator-samples.ts';

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
const service = { items: ['email', 'profile', 'age_over_18'], leftOut: [], since: seenAt } as const;
const sections = [
  {
    href: '/account/profile',
    title: { key: 'profile.title' },
    summary: { key: 'profile.summary', params: { name: 'Aino', language: 'Suomi' } },
  },
] as const;

const factors = {
  authenticator: null,
  passkeys: [],
  full: false,
  codes: null,
  always: false,
  linked: true,
};

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
  ...stepSamples,
  ...pageSamples,
  'integrator/requests': integratorSamples,
  ...adminSamples,
  'account/overview': [
    { email, nickname: 'Aino', waiting: [], sections },
    {
      email,
      nickname: null,
      waiting: [
        { kind: 'deletion', dueAt: Date.parse('2026-03-19T12:30:00Z'), email: '', href: '/account/delete' },
        {
          kind: 'address',
          dueAt: Date.parse('2026-03-12T12:30:00Z'),
          email: 'u***@oma.example',
          href: '/account/address-change',
        },
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
        {
          ...service,
          id: 'kuitti',
          name: 'Kuitti',
          third: true,
          leftOut: ['birthdate'],
          signedIn: false,
          offline: true,
        },
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

export const sampleMails = mailSamples;

/** The frame of a view as the service would give it; `changes` win. */
export function sampleFrame(view: ViewName, changes: Partial<Frame> = {}): Frame {
  const step = view.startsWith('steps/');
  return {
    locale: 'fi',
    path: step ? view.replace('steps/', '/interaction/abc/') : view.replace('pages', ''),
    service: {
      name: 'Oima',
      stylesheet: null,
      logo: null,
      colours: { accent: '#f28c00', action: '#a85300', onAction: '#ffffff' },
      texts: null,
      homeHref: 'http://localhost:3200/',
      statements: {
        accessibility: '/accessibility/oima',
        privacy: 'https://oima.example/tietosuoja',
        cookies: '/cookies/oima',
      },
      support: { email: 'tuki@oima.example', phone: '020 123 4567', hours: 'ma–pe 9–15' },
      operator: 'Avain Oy',
    },
    csrf: 'csrf-token',
    journeyPath: step ? '/interaction/abc' : null,
    errors: [],
    ...(view.startsWith('admin/') && { pages: adminNav }),
    ...changes,
  };
}

export function sampleMailFrame(changes: Partial<MailFrame> = {}): MailFrame {
  const { locale, service } = sampleFrame('pages/error');
  return { locale, service, to: email, ...changes };
}
