/**
 * Portals, Avain and the broker on sites of their own. On localhost all ports are one site, which hides what SameSite
 * and the CSP do to ways that lead from one site to another and back.
 */
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { describeInWorld } from '../support/browser/in-world.ts';
import { activate, climb, follow, press, sessionAt, signIn, signUp, type WalkPerson } from '../support/browser/walk.ts';

const sites = [
  ['AVAIN_ISSUER', 'avain', 3000],
  ['AVAIN_DEMO_ORIGIN_OIMA', 'oima', 3200],
  ['AVAIN_DEMO_ORIGIN_OIMA_APU', 'apu', 3201],
  ['AVAIN_DEMO_ORIGIN_KUITTI', 'kuitti', 3202],
  ['AVAIN_DEMO_ORIGIN_BROKER', 'tunnistus', 3400],
] as const;

/** The configuration of the repository, with the programs under their own names. */
function renamedConfig(): string {
  const folder = mkdtempSync(join(tmpdir(), 'avain-hosts-'));
  cpSync(join(import.meta.dirname, '../../config'), folder, { recursive: true });
  const files = ['avain.yaml', ...readdirSync(join(folder, 'clients')).map((name) => join('clients', name))];
  for (const file of files) {
    const path = join(folder, file);
    let text = readFileSync(path, 'utf8');
    for (const [, name, port] of sites) text = text.replaceAll(`localhost:${port}`, `${name}.localhost:${port}`);
    writeFileSync(path, text);
  }
  return folder;
}

const config = renamedConfig();
const env = (offset: number) => ({
  AVAIN_CONFIG: join(config, 'avain.yaml'),
  ...Object.fromEntries(
    sites.map(([variable, name, port]) => [variable, `http://${name}.localhost:${port + offset}`] as const),
  ),
});
const uusi: WalkPerson = {
  email: 'uusi@oma.example',
  name: 'Ursula Uusitalo',
  identityCode: '010190-999W',
  listed: true,
};

/** A request of Oima's that asks for its answer as a form; nobody keeps its verifier. */
function formPostUrl(avain: string, oima: string): string {
  const code_challenge = createHash('sha256').update('nobody').digest('base64url');
  const pkce = { code_challenge, code_challenge_method: 'S256' };
  const params = { client_id: 'oima', redirect_uri: `${oima}/callback`, scope: 'openid', ...pkce };
  return `${avain}/auth?${new URLSearchParams({ ...params, response_type: 'code', response_mode: 'form_post' })}`;
}

afterAll(() => rmSync(config, { recursive: true }));

describeInWorld(
  'every program on a site of its own',
  ({ at, open }) => {
    test.each([true, false])(
      'the whole journey, somebody else after it, sign-out (scripts: %s)',
      async (scripts) => {
        const site = await open(`sites-${scripts}`, { javaScriptEnabled: scripts });
        const { page } = site;
        const { oima, kuitti } = at();
        expect(
          new Set([oima, kuitti, at().avain, at().broker].map(({ origin }) => new URL(origin).hostname)).size,
        ).toBe(4);
        if (scripts) {
          const walk = { at: at(), locale: 'fi', person: uusi, watch: site } as const;
          await signUp(walk);
          await activate(walk);
          expect((await climb(walk)).userinfo.email).toBe(uusi.email);
        } else {
          await signIn(site, oima.origin, uusi.email);
          await page.waitForURL(`${oima.origin}/`);
        }

        // Single sign-on starts with a navigation from another site: the session's cookie must come along.
        await page.goto(kuitti.origin);
        await follow(page, 'Kirjaudu sisään');
        await page.waitForURL(/\/(terms|consent)$/);
        await press(page, 'Keskeytä ja palaa Kuitti-palveluun');
        await page.waitForURL(new RegExp(`^${kuitti.origin}/callback`));

        await page.goto(`${oima.origin}/login?prompt=login`);
        await site.arrive(/\/sign-in$/, 'again');
        await page.getByLabel('Sähköposti', { exact: true }).fill('aino@oma.example');
        await press(page, 'Jatka');
        await page.getByLabel('Salasana', { exact: true }).fill('Kesämökki#2024');
        await press(page, 'Kirjaudu sisään');
        await site.arrive(new RegExp(`^${oima.origin}/$`), 'somebody-else');
        expect((await sessionAt(page, oima.origin))?.userinfo.email).toBe('aino@oma.example');

        // An answer that is posted crosses sites too, by itself or by a button.
        const answer = page.waitForRequest((request) => request.url() === `${oima.origin}/callback`);
        await page.goto(formPostUrl(at().avain.origin, oima.origin), { waitUntil: 'commit' });
        if (!scripts) {
          await site.look('form-post');
          await press(page, 'Jatka');
        }
        expect((await answer).method()).toBe('POST');
        expect(new URLSearchParams((await answer).postData() ?? '').get('code')).toBeTruthy();
        await page.waitForURL(`${oima.origin}/callback`);
        await page.goto(oima.origin);

        await press(page, 'Kirjaudu ulos');
        await site.arrive(/\/session\/end/, 'sign-out');
        await press(page, 'Kyllä, kirjaudu ulos');
        await site.arrive(new RegExp(`^${oima.origin}/$`), 'signed-out');
        expect(await sessionAt(page, oima.origin)).toBeNull();
        await follow(page, 'Kirjaudu sisään');
        await site.arrive(/\/sign-in$/, 'asked-again');
      },
      120_000,
    );
  },
  { env, imports: ['resolve-localhost.mjs'] },
);
