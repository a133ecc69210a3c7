import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { locales } from '../../src/http/locale.ts';
import { createRenderer } from '../../src/http/render.ts';
import { createTexts } from '../../src/http/texts.ts';
import { viewNames } from '../../src/http/view-names.ts';
import type { Frame, ViewName, Views } from '../../src/http/views.ts';
import { expectValidHtml } from '../support/browser/html.ts';
import { sampleFrame, sampleModels } from '../support/sample-models.ts';

const dir = join(import.meta.dirname, '../../views');
const renderer = createRenderer({ texts: createTexts() });

function render<Name extends ViewName>(name: Name, model: Views[Name], changes: Partial<Frame> = {}): string {
  return renderer.render(name, model, sampleFrame(name, changes));
}

const [signInModel] = [...sampleModels['steps/sign-in']] as [Views['steps/sign-in']];

// The cast: a union of pairs is more than the compiler follows; every model stands under its own view's name.
const samples = viewNames.flatMap((name) =>
  sampleModels[name].map((model, index) => [`${name} ${index}`, name, model as never] as const),
);

test('every file of steps and pages is a view, and no other', () => {
  const files = ['steps', 'pages', 'account', 'staff', 'admin', 'integrator'].flatMap((folder) =>
    readdirSync(join(dir, folder)).map((file) => `${folder}/${file}`),
  );
  expect(files.sort()).toEqual(viewNames.map((name) => `${name}.ejs`).sort());
});

test('templates print only through the one that escapes', () => {
  const files = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ejs'));
  expect(files.length).toBeGreaterThan(50);
  expect(files.filter((file) => readFileSync(join(dir, file), 'utf8').includes('<%-'))).toEqual([]);
});

describe.each(samples)('%s', (_title, name, model) => {
  test.each(locales)('is valid HTML in %s', async (locale) => {
    const html = render(name, model, { locale });
    await expectValidHtml(html);
    expect(html).toContain(`<html lang="${locale}">`);
    expect(html.match(/<h1>/g)).toHaveLength(1);
    expect(html).not.toMatch(/undefined|\[object|(?<!\\p)\{[a-zA-Z/]+\}(?![^<>]*data-)|null</);
  });

  test('has its forms where outside tools look for them', () => {
    const html = render(name, model);
    const forms = html.match(/<form[\s\S]*?<\/form>/g) ?? [];
    expect(html.indexOf('<form')).toBeGreaterThanOrEqual(forms.length > 0 ? html.indexOf('<main') : -1);
    if (!name.startsWith('steps/')) return;
    expect(html.match(/id="cancel" type="submit"/g)).toHaveLength(1);
    expect(forms.at(-1) ?? '').toContain(forms.length === 1 ? 'id="cancel"' : 'button');
    for (const form of forms) expect(form).toContain('name="csrf" value="csrf-token"');
    expect(forms[0]).toContain('type="submit"');
  });
});

test('errors: said in the title, in the summary with a link, and beside the field', async () => {
  const errors = [{ field: 'email', text: { key: 'error.email-required' } }] as const;
  const html = render('steps/sign-in', signInModel, { errors });
  await expectValidHtml(html);
  expect(html).toContain('<title>Virhe: Kirjaudu sisään – Oima</title>');
  expect(html).toContain('<a href="#email">Kirjoita sähköpostiosoitteesi</a>');
  expect(html).toContain('<p>Virhe: Kirjoita sähköpostiosoitteesi</p>');
  expect(html).toContain('aria-describedby="email-error" aria-invalid="true"');
});

test('after the bank the title says what happened, and one method is no choice', () => {
  const at = (notice: 'cancelled' | 'mismatch' | null, ...methods: ('bank' | 'mobile')[]) =>
    render('steps/strong-auth', { why: 'first', notice, methods, stopped: false });
  expect(at('cancelled', 'bank', 'mobile')).toContain('<title>Tunnistautuminen keskeytyi – Oima</title>');
  expect(at('cancelled', 'bank', 'mobile')).toContain('toinen tapa');
  expect(at('cancelled', 'bank')).not.toMatch(/toinen tapa|<p>Tunnistaudu joko/);
  expect(at('mismatch', 'bank')).toContain('Varmista, että käytät omia tunnuksiasi.');
  expect(at(null, 'bank')).toContain('<title>Vahva tunnistautuminen – Oima</title>');
});

test('nothing that was typed becomes markup', () => {
  const email = '"><script>alert(1)</script>@oma.example';
  for (const [name, model] of [
    ['steps/sign-in', { ...signInModel, email, clientNotice: email, passkey: email }],
    ['steps/link-sent', { email, validMs: 3_600_000, notice: 'resent', pollHref: email }],
    ['steps/link-eid', { state: 'ask', email, name: email, consent: { locale: 'fi', textHash: email } }],
    ['pages/signed-in-as', { maskedEmail: email, stayHref: null }],
  ] as const) {
    // The cast: as above, each model is its own view's.
    const html = render(name, model as never);
    expect(html).not.toContain('<script>');
    expect(html).toContain('&lt;script&gt;');
  }
});

test('a page outside a journey has no cancel, one without a form has no token', () => {
  const html = render('pages/signed-out', { returnHref: null, stillSignedIn: false }, { csrf: null });
  expect(html).not.toContain('id="cancel"');
  expect(html).not.toContain('csrf');
});

test('the whole sign-in page weighs less than 15 kB and asks for one stylesheet and one script', () => {
  const html = render('steps/sign-in', signInModel);
  const { stylesheet, script } = renderer.assets;
  const weight = [Buffer.from(html), stylesheet.body, script.body].reduce(
    (sum, body) => sum + gzipSync(body).length,
    0,
  );
  expect(weight).toBeLessThan(15_000);
  expect(html.match(/<script|rel="stylesheet"|<img/g)).toHaveLength(2);
});
