/** What every page leads to without signing in: accessibility with its form, privacy, cookies; and a client's own looks and words. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type OwnConfig, ownConfig } from '../support/own-config.ts';
import { becomeUser, newPerson } from '../support/people.ts';
import { says } from '../support/says.ts';
import { startWorld, type World } from '../support/start-world.ts';
import { authorization, mailsTo, noListener } from '../support/stories.ts';
import { type Answer, createVisitor } from '../support/visitor.ts';
import { visibleText } from '../support/wire.ts';

const own = `
mailFrom: {name: Oiman väki}
texts:
  sign-up.intro: {fi: Kirjoita osoite., sv: Skriv en adress., en: Write an address.}
brand:
  accent: '#f28c00'
  action: '#a85300'
  logo: {file: oima.svg, width: 120, height: 40, alt: {fi: Oima, sv: Oima, en: Oima}, plate: '#ffffff'}
support: {email: oima-tuki@oima.example}
`;
const svg =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40"><path d="M0 0h120v40z" fill="#a85300"/></svg>';

let config: OwnConfig;
let world: World;
beforeAll(async () => {
  config = await ownConfig((yaml) => `${yaml}\nlimits: {developmentFactor: 1, mail: {feedbackPerNetworkPerHour: 2}}\n`);
  const clients = join(config.dir, 'clients');
  const oima = await readFile(join(clients, 'oima.yaml'), 'utf8');
  await writeFile(join(clients, 'oima.yaml'), oima.replace(/^brand:[\s\S]*/m, own));
  await writeFile(join(clients, 'oima.svg'), svg);
  const links = 'links: {fi: &own {privacy: "https://kuitti.example/privacy"}, sv: *own, en: *own}\n';
  await writeFile(join(clients, 'kuitti.yaml'), `${await readFile(join(clients, 'kuitti.yaml'), 'utf8')}\n${links}`);
  await mkdir(join(config.dir, 'statements/kuitti'), { recursive: true });
  for (const locale of ['fi', 'sv', 'en']) {
    const text = `# Kuitin seloste\n\n## Kohta\n\n- yksi\n\n${locale}\n`;
    await writeFile(join(config.dir, `statements/kuitti/accessibility.${locale}.md`), text);
  }
  world = await startWorld({ env: config.env });
}, 120_000);
afterAll(async () => {
  await world?.stop();
  await config?.remove();
});

const at = (path: string): URL => new URL(path, world.issuer);
const linksOf = ({ text }: Answer) =>
  [...text.matchAll(/href="([^"]*)"/g)].map(([, href = '']) => href.replaceAll('&amp;', '&'));

/** A request of the demo's own portal, whose redirect nobody follows. */
function ofOima() {
  const { origin } = world.addresses.oima;
  return authorization(world, { client_id: 'oima', redirect_uri: `${origin}/callback` }).url;
}

test('each statement is one click from a page of the client, in its colours and in the reader’s language', async () => {
  const visitor = createVisitor();
  const signIn = await visitor.get(ofOima());
  for (const [kind, title] of [
    ['accessibility', 'Tillgänglighetsutlåtande'],
    ['privacy', 'Dataskyddsbeskrivning'],
    ['cookies', 'Kakor'],
  ]) {
    const href = linksOf(signIn).find((one) => one.startsWith(`/${kind}/oima?from=`)) ?? '';
    const page = await visitor.get(at(`${href}&lang=sv`));
    expect([page.status, page.text.includes(`<h1>${title}</h1>`)]).toEqual([200, true]);
    expect(linksOf(page)).toContain(signIn.url.pathname);
    expect(/\/assets\/app-\w+\.css/.exec(page.text)?.[0]).toBe(/\/assets\/app-\w+\.css/.exec(signIn.text)?.[0]);
    expect((await visitor.get(at(`/${kind}`))).status).toBe(200);
    for (const nobody of ['nobody', 'avain-account'])
      expect((await visitor.get(at(`/${kind}/${nobody}`))).status).toBe(404);
  }
});

test('a client’s own page wins, then the operator’s own text, whose form stays', async () => {
  const visitor = createVisitor({ 'accept-language': 'fi' });
  visitor.unvisited.add('https://kuitti.example');
  expect((await visitor.get(at('/privacy/kuitti'))).url.href).toBe('https://kuitti.example/privacy');
  const page = await visitor.get(at('/accessibility/kuitti'));
  expect(page.text).toMatch(/<h1>Kuitin seloste<\/h1>[\s\S]*<h2>Kohta<\/h2>[\s\S]*<li>yksi<\/li>/);
  expect(page.text).toContain('https://kuitti.example/privacy');
  expect(says(page.text, 'accessibility.supervision')).toBe(false);
  expect(says(page.text, 'accessibility.message-label')).toBe(true);
});

test('feedback reaches the support of the service and nobody else; a limit keeps what was typed', async () => {
  const visitor = createVisitor({ 'accept-language': 'sv' });
  const page = await visitor.get(at('/accessibility/oima'));
  const empty = await visitor.submit(page, { message: ' \n', email: 'nobody' });
  expect(empty.status).toBe(422);
  expect(empty.text).toContain('href="#message"');
  expect(empty.text).toContain('href="#email"');
  const message = 'Knappen syns inte.\n\n<b>Alls</b> inte.';
  const thanks = await visitor.submit(page, { message, email: 'asta@oma.example' });
  expect([thanks.status, thanks.url.search]).toEqual([200, '?sent=1']);
  expect(thanks.text).toContain('<h1>Tack för din respons</h1>');
  const [mail] = await mailsTo(world, 'oima-tuki@oima.example');
  expect(mail?.from).toBe('"Oiman väki" <avain@oma.example>');
  expect(mail?.text).toContain('> Knappen syns inte.\n\n> <b>Alls</b> inte.\n');
  expect(mail?.text).toContain('asta@oma.example');
  expect(mail?.html).toContain('&lt;b&gt;Alls&lt;/b&gt;');
  expect((await visitor.submit(page, { message, email: '' })).url.search).toBe('?sent=1');
  const limited = await visitor.submit(page, { message, email: '' });
  expect([limited.status, Number(limited.headers.get('retry-after')) > 0]).toEqual([429, true]);
  expect(limited.text).toContain('Knappen syns inte.\n\n&lt;b&gt;Alls&lt;/b&gt; inte.');
  expect(world.output()).not.toMatch(/asta@|Knappen|oima-tuki/);
});

test('the logo, the client’s own words and its name in mails; a logo opened by itself can do nothing', async () => {
  const visitor = createVisitor();
  const signIn = await visitor.get(ofOima());
  const [, src = ''] = /<img class="logo" src="([^"]+)" width="120" height="40" alt="Oima">/.exec(signIn.text) ?? [];
  const logo = await visitor.get(at(src));
  expect([logo.headers.get('content-type'), logo.text]).toEqual(['image/svg+xml', svg]);
  expect(logo.headers.get('content-security-policy')).toMatch(/^default-src 'none';.*sandbox/);
  const signUp = await visitor.get(signIn.url.href.replace('sign-in', 'sign-up'));
  expect(visibleText(signUp.text)).toContain('Kirjoita osoite.');
  const { email } = newPerson('tyyli');
  await visitor.submit(signUp, { email });
  const [mail] = await mailsTo(world, email);
  expect(mail?.from).toContain('Oiman väki');
  expect(mail?.html).toContain('background:#a85300');
});

test('every cookie that is set on the way through stands on the cookie page, for as long as it says', async () => {
  const lines: string[] = [];
  const watching: typeof fetch = async (address, init) => {
    const answer = await fetch(address, init);
    if (new URL(String(address)).origin === world.issuer) lines.push(...answer.headers.getSetCookie());
    return answer;
  };
  const visitor = createVisitor({}, watching);
  visitor.unvisited.add(noListener);
  const person = newPerson('keksi');
  const end = await becomeUser(world, visitor, authorization(world).url, person);
  expect(end.url.origin).toBe(noListener);
  const page = await visitor.get(at('/cookies?lang=en'));
  const told = new Map(
    [...page.text.matchAll(/<dt>([^<]*)<\/dt>\s*<dd>([^<]*)<\/dd>/g)].flatMap(([, names = '', words = '']) =>
      names.split(', ').map((name) => [name, words] as const),
    ),
  );
  const seen = lines.filter((line) => !/expires=Thu, 01 Jan 1970/i.test(line));
  for (const line of seen) {
    const name = line.slice(0, line.indexOf('='));
    const [, expires] = /expires=([^;]+)/i.exec(line) ?? [];
    const days = expires ? (Date.parse(expires) - Date.now()) / 86_400_000 : 0;
    const [, count = '', unit = ''] = /at most (\d+) (hour|day)/.exec(told.get(name) ?? '') ?? [];
    const most = Number(count) / (unit === 'hour' ? 24 : 1);
    expect([name, told.has(name), Math.round(days * 24)]).toEqual([name, true, Math.round(most * 24)]);
  }
  const set = new Set(seen.map((line) => line.slice(0, line.indexOf('='))));
  expect([...told.keys()].filter((name) => !set.has(name))).toEqual([]);
});
