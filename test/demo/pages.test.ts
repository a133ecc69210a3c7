import { describe, expect, test } from '@jest/globals';
import { demoConfig } from '../../src/demo/demo-config.ts';
import { html } from '../../src/demo/html.ts';
import type { Language } from '../../src/demo/language.ts';
import { listPage, messagePage, missingPage } from '../../src/demo/mailbox/pages.ts';
import { failedPage, signedInPage, unavailablePage, welcomePage } from '../../src/demo/portal/pages.ts';
import { portalIds, portalSettings } from '../../src/demo/portal/settings.ts';
import { addresses } from '../../src/demo/ports.ts';
import { startPage } from '../../src/demo/start-page/page.ts';
import { expectValidHtml } from '../support/browser/html.ts';

const languages: readonly Language[] = ['fi', 'sv', 'en'];
const message = {
  id: 'm1',
  to: 'uusi@oma.example',
  from: 'Avain <avain@oma.example>',
  subject: 'Aktivoi <tili>',
  date: '2026-11-22T10:00:00.000Z',
  headers: { subject: 'x' },
  text: 'Hei https://a.example/x?1=2&3=4',
  html: '<p><a href="https://a.example/x">Aktivoi tili</a></p>',
};
const session = {
  claims: { iss: 'i', sub: 'p', aud: 'oima', exp: 2, iat: 1, acr: 'a', amr: ['pwd'], auth_time: 1, identified_at: 1 },
  userinfo: { sub: 'p', name: '<b>', email: 'e' },
  idToken: 'x',
  refreshToken: 'y',
};

describe.each(languages)('the pages of the demo world in %s', (language) => {
  const frames = portalIds.map((id) => ({ settings: portalSettings(id, demoConfig({})), language }));
  const pages: readonly (readonly [string, string])[] = [
    ['start page', startPage(language, addresses({}), undefined)],
    ['start page after a switch', startPage(language, addresses({}), 'failed')],
    ['empty mailbox', listPage(language, [], undefined)],
    ['mailbox', listPage(language, [message], 'uusi@oma.example')],
    ['mail', messagePage(language, message)],
    ['missing mail', missingPage(language)],
    ...frames.flatMap((frame): [string, string][] => [
      [`welcome of ${frame.settings.clientId}`, welcomePage(frame)],
      [`signed in at ${frame.settings.clientId}`, signedInPage(frame, session, 'invalid_grant')],
      [`failed at ${frame.settings.clientId}`, failedPage(frame, 'access_denied', 'why', '/login')],
      [`unavailable ${frame.settings.clientId}`, unavailablePage(frame)],
    ]),
  ];

  test.each(pages)('%s is valid HTML in its language', async (_name, page) => {
    expect(page).toContain(`<html lang="${language}">`);
    await expectValidHtml(page);
  });
});

test('what is inserted into markup is escaped once, markup is not', () => {
  expect(html`<p title="${'"'}">${'<&'}${html`<b>${"'"}</b>`}${false}${undefined}</p>`.markup).toBe(
    '<p title="&quot;">&lt;&amp;<b>&#39;</b></p>',
  );
});
