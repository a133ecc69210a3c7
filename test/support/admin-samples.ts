/** The pages of the administration filled with plausible things, one row per state that looks different. */
import { barShapes, lineShapes } from '../../src/admin/pages/charts/chart.ts';
import type { AdminChart, AdminViews } from '../../src/http/admin-models.ts';

const at = Date.parse('2026-03-05T12:30:00Z');
const days = Array.from({ length: 30 }, (_, index) => `${index + 1}.3.`);
const counts = (factor: number) => days.map((_, index) => (index % 7 === 3 ? null : (index * factor) % 41));

const chart = (id: string, draw: typeof barShapes): AdminChart => {
  const series = [
    { name: { key: 'admin.series-finished' }, values: counts(7) },
    { name: { key: 'admin.series-cancelled' }, values: counts(3) },
  ] as const;
  return {
    id,
    title: { key: 'admin.chart-sign-ins' },
    about: { key: 'admin.chart-sign-ins-about' },
    shapes: draw({ labels: days, series }),
    series: series.map(({ name }) => name),
    rows: days.map((label, index) => ({ label, values: series.map(({ values }) => values[index] ?? '–') })),
  };
};

/** All that an owner sees above each of them. */
export const adminNav = (
  ['people', 'clients', 'rosters', 'keys', 'mails', 'live', 'charts', 'staff', 'audit'] as const
).map((name) => ({ href: `/admin/${name}`, text: { key: `admin.${name}` } as const, here: name === 'people' }));

const emptyList = {
  title: { key: 'admin.keys' },
  intro: null,
  back: null,
  links: [],
  choices: [],
  firstHref: null,
  nextHref: null,
} as const;

export const adminSamples: { readonly [Name in keyof AdminViews]: readonly AdminViews[Name][] } = {
  'admin/home': [
    {
      email: 'hoitaja@oma.example',
      role: { key: 'admin.role-owner' },
      may: { key: 'admin.may-owner' },
      sections: [
        { href: '/admin/people', text: { key: 'admin.people' }, about: { key: 'admin.people-about' } },
        { href: '/admin/keys', text: { key: 'admin.keys' }, about: { key: 'admin.keys-about' } },
      ],
    },
  ],
  'admin/find': [
    { who: '', links: [] },
    { who: 'a'.repeat(70), links: [{ href: '/admin/resend', text: { key: 'admin.do-resend' } }] },
  ],
  'admin/list': [
    { ...emptyList, groups: [{ title: null, items: [] }] },
    {
      title: { key: 'admin.people' },
      intro: { key: 'admin.people-about' },
      back: { href: '/admin', text: { key: 'admin.title' } },
      links: [{ href: '/admin/people/x/timeline', text: { key: 'admin.audit' } }],
      choices: [
        { href: '/admin/x', text: { key: 'admin.audit' }, here: true },
        { href: '/admin/x?only=mail', text: { key: 'admin.mails' }, here: false },
      ],
      groups: [
        {
          title: { key: 'admin.mails' },
          items: [
            {
              title: '<b>signing-key-with-a-very-long-name-that-must-break-somewhere-on-a-telephone</b>',
              href: '/admin/keys/x',
              state: { kind: 'warning', text: { key: 'admin.conflict' } },
              facts: [
                { label: { key: 'admin.role' }, value: { at } },
                { label: { key: 'admin.reason' }, value: { key: 'admin.role-none' } },
                { label: { key: 'admin.mails' }, value: 4 },
              ],
              links: [{ href: '/admin/mails/x/retry', text: { key: 'admin.find' } }],
            },
            { title: { at }, href: null, state: { kind: 'status', text: { key: 'admin.done' } }, facts: [], links: [] },
          ],
        },
        { title: { key: 'admin.keys' }, items: [] },
      ],
      firstHref: '/admin/x',
      nextHref: '/admin/x?after=y',
    },
  ],
  'admin/action': [
    {
      title: { key: 'admin.staff' },
      subject: 'a***@oma.example',
      follows: [{ key: 'admin.may-auditor' }],
      back: { href: '/admin', text: { key: 'admin.title' } },
      who: 'aino@oma.example',
      reason: '',
      choices: [
        { value: 'owner', text: { key: 'admin.role-owner' }, chosen: true },
        { value: 'none', text: { key: 'admin.role-none' }, chosen: false },
      ],
      version: '3',
      submit: { key: 'admin.find' },
      danger: true,
    },
    {
      title: { key: 'admin.keys' },
      subject: null,
      follows: [],
      back: { href: '/admin', text: { key: 'admin.title' } },
      who: null,
      reason: null,
      choices: [],
      version: '',
      submit: { key: 'admin.find' },
      danger: false,
    },
  ],
  'admin/timeline': [
    {
      back: { href: '/admin/people', text: { key: 'admin.back-to-search' } },
      verdict: 'Ei tiedetä mitään.',
      error: { at, code: 'csrf-token', status: 403 },
      choices: [{ href: '/admin/x', text: { key: 'admin.events-all' }, here: true }],
      entries: [],
      newerHref: null,
      olderHref: null,
    },
    {
      back: { href: '/admin/people/x', text: { key: 'admin.back-to-person' } },
      verdict: 'Salasana on ollut väärä viisi kertaa.',
      error: null,
      choices: [
        { href: '/admin/x', text: { key: 'admin.events-all' }, here: false },
        { href: '/admin/x?only=mail', text: { key: 'admin.events-mail' }, here: true },
      ],
      entries: [
        { at, words: 'Salasana oli väärin', service: 'Oima', actor: null, details: 'attempts: 3' },
        { at, words: 'Tili suljettiin', service: null, actor: 'account:AAAAAAAAAAAAAAAAAAAAAA', details: '' },
      ],
      newerHref: '/admin/x?page=1',
      olderHref: '/admin/x?page=3',
    },
  ],
  'admin/charts': [
    { days: 30, totals: [], charts: [] },
    {
      days: 30,
      totals: [{ label: { key: 'admin.charts' }, value: 412 }],
      charts: [chart('sign-ins', barShapes), chart('times', lineShapes)],
    },
  ],
};
