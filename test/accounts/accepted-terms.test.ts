import { expect, test } from '@jest/globals';
import { acceptedTermsOf } from '../../src/accounts/accepted-terms.ts';
import { liveClients } from '../../src/clients/registry.ts';
import type { Client, Config, TermsVersion } from '../../src/config/schema.ts';

const now = Date.parse('2026-03-10T12:00:00Z');

function version(name: string, date: string, more: Partial<TermsVersion> = {}): TermsVersion {
  const text = (title: string) => ({ title: `${title} ${name}`, markdown: '', summary: null, hash: name });
  const texts = { fi: text('Ehdot'), sv: text('Villkor'), en: text('Terms') };
  return { version: name, date, change: 'major', graceUntil: null, texts, ...more };
}

// A cast: of a client only what a list of terms shows of it.
const client = (id: string, terms: string) =>
  ({ id, terms, name: { fi: `${id}-fi`, sv: `${id}-sv`, en: `${id}-en` } }) as Client;

const clients = liveClients([client('oima', 'oima'), client('oima-apu', 'oima'), client('kuitti', 'kuitti')]);
const config: Pick<Config, 'terms'> = {
  terms: {
    oima: [version('1', '2026-01-01'), version('2', '2026-02-01', { change: 'minor' }), version('3', '2026-04-01')],
    kuitti: [version('1', '2026-01-01'), version('2', '2026-03-01', { graceUntil: '2026-03-31' })],
    gone: [version('1', '2026-01-01')],
  },
};

const of = (terms: Record<string, string>, locale: 'fi' | 'sv' = 'fi') => {
  const accepted = Object.entries(terms).map(([id, name], at) => [id, { version: name, acceptedAt: at }]);
  return acceptedTermsOf({ config, clients }, { terms: Object.fromEntries(accepted) }, locale, now);
};

test('each of the accepted terms, the newest first, with the clients that have them and the very text', () => {
  expect(of({ kuitti: '2', oima: '2' }, 'sv')).toEqual([
    {
      clients: ['oima-sv', 'oima-apu-sv'],
      title: 'Villkor 2',
      version: '2',
      href: '/terms/oima/2',
      acceptedAt: 1,
      newer: null,
    },
    { clients: ['kuitti-sv'], title: 'Villkor 2', version: '2', href: '/terms/kuitti/2', acceptedAt: 0, newer: null },
  ]);
});

test('a newer version in force is told, with what it asks; one of the future is not', () => {
  const newer = of({ oima: '1', kuitti: '1' }).map((row) => row.newer);
  expect(newer).toEqual([
    { version: '2', date: '2026-03-01', href: '/terms/kuitti/2', demand: 'postponable', decideBy: '2026-03-31' },
    { version: '2', date: '2026-02-01', href: '/terms/oima/2', demand: null, decideBy: null },
  ]);
});

test('what was accepted stays in the list when its client or its file is gone', () => {
  expect(of({ gone: '1', oima: '0', unknown: '9' })).toMatchObject([
    { clients: [], title: null, version: '9', href: null, newer: null },
    { clients: ['oima-fi', 'oima-apu-fi'], title: null, version: '0', href: null, newer: { demand: 'due' } },
    { clients: [], title: 'Ehdot 1', version: '1', href: null, newer: null },
  ]);
});
