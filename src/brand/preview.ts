/** A client's pages and mails as files that open by themselves, from a folder or a stick: nothing in them is fetched. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Client, Config } from '../config/schema.ts';
import type { Asset } from '../http/assets.ts';
import { type Locale, localeNames } from '../http/locale.ts';
import { createLogos } from '../http/logos.ts';
import { createRenderer, type Renderer } from '../http/render.ts';
import { type FrameLook, serviceFrame } from '../http/service-frame.ts';
import { createTexts } from '../http/texts.ts';
import type { Frame } from '../http/views.ts';
import { previewIndex } from './preview-index.ts';
import { email } from './samples/maija.ts';
import { mailsOf, type PageSample, pagesOf, type Said } from './samples-of.ts';

export type PreviewOptions = {
  readonly config: Pick<Config, 'operator' | 'support'> & Said;
  readonly client: Client;
  readonly locales: readonly Locale[];
  /** Dark, whatever the machine is set to; otherwise as the machine is. */
  readonly dark: boolean;
  readonly outDir: string;
  /** Only what is named so from its beginning: `steps/sign-in`, `mail/`; '' = all. */
  readonly only: string;
};

/** A file of the preview, by its path below the folder. */
export type PreviewFile = { readonly path: string; readonly kind: 'page' | 'mail' | 'text'; readonly locale: Locale };

// The script's file is a module, which browsers do not load from a folder; in a preview nothing is sent anywhere.
const forFiles = '<meta http-equiv="Content-Security-Policy" content="form-action \'none\'">';

/** A page as a file two folders down: its addresses of ours lead to the copies, and its forms nowhere. */
function asFile(html: string, name: string, dark: boolean): string {
  return html
    .replaceAll(/(href|src|srcset)="\/assets\//g, '$1="../../assets/')
    .replaceAll(/href="\/[^"]*\?lang=(fi|sv|en)[^"]*"/g, `href="../../$1/${name}.html"`)
    .replaceAll(/href="\/[^"]*"/g, 'href="#main"')
    .replace(' type="module"></script>', ' defer></script>')
    .replace('<meta charset="utf-8">', `<meta charset="utf-8">\n${forFiles}`)
    .replace('content="light dark"', dark ? 'content="dark"' : 'content="light dark"');
}

const darkQuery = '(prefers-color-scheme: dark)';

/** The same stylesheet with its dark half on. */
function styled(asset: Asset, dark: boolean): Buffer {
  if (!dark || !asset.path.endsWith('.css')) return asset.body;
  const css = asset.body
    .toString('utf8')
    .replaceAll(darkQuery, 'all')
    .replaceAll('(prefers-color-scheme:dark)', ' all');
  return Buffer.from(css.replace('color-scheme: light dark', 'color-scheme: dark'));
}

function frameOf({ config, client }: PreviewOptions, look: FrameLook, sample: PageSample, locale: Locale): Frame {
  const isStep = sample.view.startsWith('steps/');
  return {
    locale,
    path: isStep ? sample.view.replace('steps/', '/interaction/preview/') : sample.view.replace('pages', ''),
    service: serviceFrame(config, client, locale, look),
    csrf: 'preview',
    journeyPath: isStep ? '/interaction/preview' : null,
    errors: [],
  };
}

function lookOf(renderer: Renderer, client: Client): { look: FrameLook; assets: readonly Asset[] } {
  const logos = createLogos(new Map());
  const logo = logos.of(client);
  const sheet = renderer.assets.themed(client.theme);
  const files = [logo?.src, logo?.darkSrc].flatMap((path) => (path ? (logos.at(path) ?? []) : []));
  const { icon, script } = renderer.assets;
  return { look: { stylesheet: sheet.path, logo }, assets: [sheet, icon, script, ...files] };
}

/** Writes everything below `outDir` and returns what it wrote; `index.html` leads to all of it. */
export async function writePreview(options: PreviewOptions): Promise<readonly PreviewFile[]> {
  const { config, client, locales, dark, outDir, only } = options;
  const renderer = createRenderer({ texts: createTexts() });
  const { look, assets } = lookOf(renderer, client);
  const files: PreviewFile[] = [];
  const write = async (path: string, content: string | Buffer): Promise<void> => {
    await mkdir(dirname(join(outDir, path)), { recursive: true });
    await writeFile(join(outDir, path), content);
  };
  for (const asset of assets) await write(asset.path, styled(asset, dark));
  for (const locale of locales) {
    for (const sample of pagesOf(client, config, locale).filter(({ name }) => name.startsWith(only))) {
      const path = `${locale}/${sample.name}.html`;
      // The cast: a sample's model is its own view's.
      const html = renderer.render(sample.view, sample.model as never, frameOf(options, look, sample, locale));
      await write(path, asFile(html, sample.name, dark));
      files.push({ path, kind: 'page', locale });
    }
    for (const { name, message, model } of mailsOf().filter((sample) => sample.name.startsWith(only))) {
      const frame = { locale, service: serviceFrame(config, client, locale), to: email };
      const { html, text } = renderer.renderMail(message, model as never, frame);
      await write(`${locale}/${name}.html`, html);
      await write(`${locale}/${name}.txt`, text);
      files.push({ path: `${locale}/${name}.html`, kind: 'mail', locale });
    }
  }
  const title = `${client.name[locales[0] ?? 'fi']}: ${locales.map((locale) => localeNames[locale]).join(', ')}`;
  await write('index.html', previewIndex({ title, client, files }));
  return files;
}
