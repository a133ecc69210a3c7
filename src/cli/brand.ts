import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Command, Option } from 'commander';
import { startChromium } from '../brand/chromium.ts';
import { type PreviewFile, writePreview } from '../brand/preview.ts';
import { brandFault, brandRatios, brandWarnings, tellRatio } from '../config/brand.ts';
import { resolveClient } from '../config/clients.ts';
import { processEnvironment, variable } from '../config/environment.ts';
import { ConfigError } from '../config/faults.ts';
import { loadClients } from '../config/load.ts';
import { locales } from '../http/locale.ts';

type Flags = {
  readonly out: string;
  readonly locale?: (typeof locales)[number];
  readonly dark?: true;
  readonly png?: true;
  readonly only: string;
};

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const complain = (line: string): void => {
  process.stderr.write(`${line}\n`);
  process.exitCode = 1;
};

/** As wide as a phone, and as a desktop's window. */
const widthsPx = [360, 1_280] as const;

/** Beside each file: `….phone.png`, `….desktop.png`. */
async function shootAll(program: string, outDir: string, files: readonly PreviewFile[]): Promise<void> {
  const chromium = await startChromium(program);
  try {
    for (const { path } of files) {
      for (const [index, width] of widthsPx.entries()) {
        const picture = join(outDir, path.replace(/\.html$/, index === 0 ? '.phone.png' : '.desktop.png'));
        await mkdir(dirname(picture), { recursive: true });
        await writeFile(picture, await chromium.shoot(pathToFileURL(join(outDir, path)).href, width));
      }
    }
  } finally {
    await chromium.close();
  }
}

async function preview(id: string, { out, locale, dark, png, only }: Flags): Promise<void> {
  const env = processEnvironment();
  const root = join(import.meta.dirname, '../..');
  const { around, read } = await loadClients({ env, root });
  const found = read.find((client) => client.id === id);
  if (!found)
    return complain(`There is no client ${id} without a fault in its file: ${read.map((one) => one.id).join(', ')}.`);
  // No secret is needed to look at it.
  const client = resolveClient(found, around, null);
  const outDir = resolve(out);
  const asked = { locales: locale ? [locale] : locales, dark: dark === true, only };
  const files = await writePreview({ config: around, client, outDir, ...asked });
  for (const ratio of brandRatios(client.brand)) say(tellRatio(ratio));
  for (const warning of brandWarnings(client.brand)) say(`Worth a look: ${warning}.`);
  const refused = brandFault(client.brand);
  if (refused !== null)
    complain(`Avain will not start with this: brand.action ${client.brand.action}, expected ${refused}.`);
  say(`${files.length} pages and mails of ${id}: ${join(outDir, 'index.html')}`);
  if (!png) return;
  const program = variable(env, 'AVAIN_CHROMIUM');
  if (program === null)
    return complain('No pictures: name a Chromium or Chrome in AVAIN_CHROMIUM (AVAIN_CHROMIUM=/usr/bin/chromium).');
  await shootAll(program, outDir, files);
  say(`${files.length * widthsPx.length} pictures beside them.`);
}

/** `avain brand …`: how a client looks. Reads the configuration, writes below the folder that is named. */
export function addBrandCommands(program: Command): void {
  program
    .command('brand')
    .description('how a client looks and speaks')
    .command('preview')
    .description('write all pages and mails of a client as files, with the contrast of its colours; no Avain need run')
    .argument('<client>', 'its client_id')
    .requiredOption('--out <folder>', 'where to; files of the same name are replaced')
    .addOption(new Option('--locale <language>', 'only this one').choices([...locales]))
    .option('--only <name>', 'only what is named so from its beginning, as steps/sign-in or mail/', '')
    .option('--dark', 'dark pages, whatever this machine is set to')
    .option('--png', 'pictures too, phone and desktop, by the Chromium that AVAIN_CHROMIUM names')
    .action(async (id: string, flags: Flags) => {
      try {
        await preview(id, flags);
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        complain(error.message);
      }
    });
}
