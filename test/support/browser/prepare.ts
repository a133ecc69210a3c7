/**
 * Finds or unpacks the Chromium of the browser tests. Nothing of it is installed on the machine: the npm package
 * carries it, and it is unpacked once per package version into node_modules/.cache, by a rename, so that parallel
 * runs never start a half-written program and an older copy is never taken for this one.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A Chromium that was started once with `--version`, and what its environment needs. */
export type ChromiumProgram = { path: string; env: Record<string, string> };
export type ChromiumSearch = { found: ChromiumProgram } | { missing: string };

const run = promisify(execFile);
const root = join(import.meta.dirname, '../../..');
const envKey = 'AVAIN_TEST_CHROMIUM';

/** Finds the browser and leaves the answer in the environment, where Jest's workers inherit it. Never throws. */
export async function prepareChromium(): Promise<void> {
  process.env[envKey] = JSON.stringify(await searchChromium());
}

/** What `prepareChromium` found, looked up now where it did not run (a script outside Jest). */
export async function findChromium(): Promise<ChromiumSearch> {
  return preparedChromium() ?? (await searchChromium());
}

/** What `prepareChromium` found, or nothing where it did not run. */
export function preparedChromium(): ChromiumSearch | undefined {
  const prepared = process.env[envKey];
  // Written by prepareChromium of this very run, hence of this type.
  return prepared === undefined ? undefined : (JSON.parse(prepared) as ChromiumSearch);
}

async function searchChromium(): Promise<ChromiumSearch> {
  try {
    const named = process.env['AVAIN_CHROMIUM'];
    if (named) return { found: await firstThatStarts(named, [{}]) };
    if (process.platform !== 'linux' || process.arch !== 'x64') {
      return { missing: `no packaged Chromium for ${process.platform} ${process.arch}; set AVAIN_CHROMIUM to one` };
    }
    return { found: await packagedChromium() };
  } catch (error) {
    return { missing: error instanceof Error ? error.message : String(error) };
  }
}

async function packagedChromium(): Promise<ChromiumProgram> {
  const manifest = await readFile(join(root, 'node_modules/@sparticuz/chromium/package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  const folder = join(root, 'node_modules/.cache', `chromium-${version}`);
  if (!existsSync(folder)) await unpackInto(folder);
  const fonts = { FONTCONFIG_FILE: join(folder, 'fonts.conf') };
  const libraries = { LD_LIBRARY_PATH: join(folder, 'al2023/lib') };
  const program = await firstThatStarts(join(folder, 'chromium'), [fonts, { ...fonts, ...libraries }]);
  const { stdout } = await run(program.path, ['--version'], { env: { ...process.env, ...program.env } });
  if (!stdout.includes(` ${version.split('.')[0]}.`))
    throw new Error(`wanted Chromium ${version}, got ${stdout.trim()}`);
  return program;
}

async function unpackInto(folder: string): Promise<void> {
  await mkdir(join(folder, '..'), { recursive: true });
  const draft = await mkdtemp(`${folder}.draft-`);
  try {
    // The package unpacks into TMPDIR, and its own libraries (nss, nspr, expat) only where it believes to be on Lambda.
    const env = { ...process.env, TMPDIR: draft, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' };
    await run(process.execPath, [join(import.meta.dirname, 'unpack.ts')], { env });
    await writeFile(join(draft, 'fonts.conf'), fontsConfig(folder));
    await rename(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(folder)) throw error; // else another run was first, and its copy is as good
  }
}

/** The packaged font alone, so that pictures look the same on every machine, fonts installed or not. */
function fontsConfig(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${folder}/fonts</dir><cachedir>${folder}/fonts-cache</cachedir></fontconfig>
`;
}

/** The first environment under which the program answers `--version`: a bare system lacks libnss3. */
async function firstThatStarts(path: string, environments: Record<string, string>[]): Promise<ChromiumProgram> {
  let cause: unknown;
  for (const env of environments) {
    try {
      await run(path, ['--version'], { env: { ...process.env, ...env } });
      return { path, env };
    } catch (error) {
      cause = error;
    }
  }
  throw new Error(`Chromium at ${path} does not start: ${String(cause)}`, { cause });
}
