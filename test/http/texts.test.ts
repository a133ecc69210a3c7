import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { escapeUnlessHtml } from '../../src/http/html.ts';
import { createTexts, type TextKey } from '../../src/http/texts.ts';

const texts = createTexts();

describe('texts', () => {
  test('bend the name of a service as Finnish does, and only in Finnish', () => {
    expect(texts.t('fi', 'sign-up.title', { service: 'Oima' })).toBe('Tervetuloa Oima-palvelun käyttäjäksi');
    expect(texts.t('fi', 'sign-up.title', { service: 'Oma Palkka' })).toBe(
      'Tervetuloa Oma Palkka -palvelun käyttäjäksi',
    );
    expect(texts.t('sv', 'mail.activate.subject', { service: 'Oma Palkka' })).toBe('Aktivera ditt Oma Palkka-konto');
  });

  test('count', () => {
    expect(texts.t('fi', 'error.code-wrong', { count: 1 })).toContain('1 kerran');
    expect(texts.t('fi', 'error.code-wrong', { count: 4 })).toContain('4 kertaa');
    expect(texts.t('sv', 'error.login-locked', { minutes: 1 })).toContain('om 1 minut eller');
    expect(texts.t('en', 'error.resend-wait', { seconds: 45 })).toContain('in 45 seconds.');
  });

  test('stop at a missing key and at a missing parameter', () => {
    expect(() => texts.t('fi', 'no.such' as TextKey)).toThrow('no.such');
    expect(() => texts.t('sv', 'password.signing-in-as')).toThrow('{email}');
  });

  test('where told to go on, say what was missing and show no braces', () => {
    const missing: string[] = [];
    const lenient = createTexts((locale, what) => missing.push(`${locale} ${what}`));
    expect(lenient.t('sv', 'password.signing-in-as')).toBe('Du loggar in med adressen ');
    expect(missing).toHaveLength(1);
  });

  test('take parameters as they are: no nesting, no second filling in', () => {
    const literal = fc.string().filter((value) => !/[\uE000\uE001]/.test(value));
    fc.assert(
      fc.property(literal, (email) => {
        expect(texts.t('en', 'password.signing-in-as', { email })).toBe(`You are signing in as ${email}`);
      }),
      { examples: [['$t(sign-in.title)'], ['{service}'], ['$&'], ['{{x}}']] },
    );
  });

  test('keep nothing of a person', () => {
    expect(texts.t('en', 'password.signing-in-as', { email: 'a@oma.example' })).toContain('a@oma.example');
    expect(texts.t('en', 'password.signing-in-as', { email: 'b@oma.example' })).toContain('b@oma.example');
  });

  test('make one link, and only theirs', () => {
    const service = '<b>\uE000Oima\uE001';
    expect(escapeUnlessHtml(texts.tHtml('fi', 'welcome.terms-accepted', { service }, '/t?a=1&b="'))).toBe(
      'Olet hyväksynyt &lt;b&gt;Oima-palvelun <a href="/t?a=1&amp;b=&#34;">käyttöehdot</a>.',
    );
  });

  test('tell time as it is in Finland, summer and winter', () => {
    expect(texts.datetime('fi', Date.parse('2026-03-05T12:30:00Z'))).toBe('5.3.2026 klo 14.30');
    expect(texts.datetime('sv', Date.parse('2026-07-05T21:30:00Z'))).toBe('6.7.2026 kl. 0.30');
    expect(texts.datetime('en', Date.parse('2026-03-05T12:30:00Z'))).toBe('5 March 2026 at 14:30');
    expect(texts.date('fi', '2024-01-15')).toBe('15.1.2024');
  });

  test('a client says some in its own words, and the service’s name is bent in them too', () => {
    const own = { 'sign-up.intro': { fi: '{service}-palveluun.', sv: 'Till {service}.', en: 'To {service}.' } };
    const said = texts.withOwn(own);
    expect(said.t('fi', 'sign-up.intro', { service: 'Oma Palkka' })).toBe('Oma Palkka -palveluun.');
    expect(said.t('sv', 'sign-up.intro', { service: 'Oima' })).toBe('Till Oima.');
    expect(said.t('fi', 'sign-up.prepare')).toBe(texts.t('fi', 'sign-up.prepare'));
    expect(texts.withOwn(own)).toBe(said);
    // Nothing of it is left in what the others say.
    expect(texts.t('sv', 'sign-up.intro', { service: 'Oima' })).not.toContain('Till Oima');
    expect(said.withOwn(null).t('sv', 'sign-up.intro')).toBe(texts.t('sv', 'sign-up.intro'));
  });

  test('say for how long', () => {
    expect(texts.duration('fi', 86_400_000)).toBe('24 tuntia');
    expect(texts.duration('fi', 3_600_000)).toBe('1 tunnin');
    expect(texts.duration('sv', 1_800_000)).toBe('30 minuter');
  });
});
