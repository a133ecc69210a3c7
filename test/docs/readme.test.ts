/** What the README says of the house is so, and every link of every page leads somewhere. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { personas } from '../../src/demo/personas.ts';
import { addresses } from '../../src/demo/ports.ts';
import { rungNames } from '../../src/journey/next-step.ts';
import { coded, page, pageNames, root, table } from './pages.ts';

const readme = page('README.md');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
  devDependencies: Record<string, string>;
};

/** `src/journey/` and the like, from the indented listing. */
function tree(): readonly string[] {
  const listing = /```\n(README\.md[\s\S]*?)```/.exec(readme)?.[1] ?? '';
  let folder = '';
  return listing
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [, indent = '', name = ''] = /^(\s*)(\S+)\s{2,}\S/.exec(line) ?? [];
      if (indent === '') folder = name.endsWith('/') ? name : '';
      return indent === '' ? name : `${folder}${name}`;
    });
}

describe('the tree', () => {
  test('names nothing that is not there', () => {
    expect(tree().length).toBeGreaterThan(30);
    expect(tree().filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  test('forgets no folder or file of src, and no folder of the root', () => {
    const slashed = (folder: string, name: string) =>
      statSync(join(root, folder, name)).isDirectory() ? `${folder}${name}/` : `${folder}${name}`;
    const inSource = readdirSync(join(root, 'src')).map((name) => slashed('src/', name));
    // What git ignores, and git itself, are nobody's house.
    const ignored = [...readFileSync(join(root, '.gitignore'), 'utf8').split('\n'), '.git/'];
    const inRoot = readdirSync(root)
      .map((name) => slashed('', name))
      .filter((path) => path.endsWith('/') && !ignored.includes(path));
    expect([...inSource, ...inRoot].filter((path) => !tree().includes(path))).toEqual([]);
  });
});

test('every dependency has its reason, and no reason is left of one that went', () => {
  const { dependencies, optionalDependencies, devDependencies } = manifest;
  const told = [...readme.matchAll(/^\| (`[^|]+`) \| [^|]+ \|$/gm)]
    .flatMap((match) => coded(match[1] ?? ''))
    .filter((name) => name in { ...dependencies, ...optionalDependencies, ...devDependencies });
  const all = [...Object.keys(dependencies), ...Object.keys(optionalDependencies), ...Object.keys(devDependencies)];
  expect([...told].sort()).toEqual([...all].sort());
  const tables = readme.slice(readme.indexOf('## Why each dependency'), readme.indexOf('## Security'));
  const rows = [...tables.matchAll(/^\| (`[^|]+`) \|/gm)].flatMap((match) => coded(match[1] ?? ''));
  expect(rows.filter((name) => !all.includes(name))).toEqual([]);
  // In the right one of the two tables: what production installs, and what it does not.
  const [product = ''] = tables.split('For development and tests only');
  const inProduct = [...product.matchAll(/^\| (`[^|]+`) \|/gm)].flatMap((match) => coded(match[1] ?? ''));
  expect(inProduct.filter((name) => name in devDependencies)).toEqual([]);
  expect(inProduct).toHaveLength(all.length - Object.keys(devDependencies).length);
});

test.each(pageNames)('%s: npm commands exist', (name) => {
  const commands = [...page(name).matchAll(/\bnpm (?:run (?:-s )?)?(start|test|[a-z]+(?::[a-z]+)?)\b/g)]
    .map((match) => match[1] ?? '')
    .filter((command) => !['ci', 'exec', 'and', 'install', 'packages'].includes(command));
  expect(commands.filter((command) => !(command in manifest.scripts))).toEqual([]);
});

test('the ladder is the ladder', () => {
  expect(table('README.md', 'rung').map(([rung = '']) => coded(rung)[0])).toEqual([...rungNames]);
  const steps = readdirSync(join(root, 'views/steps')).map((name) => name.replace('.ejs', ''));
  const pages = table('README.md', 'rung').flatMap(([, , named = '']) => named.split(/[,:] /));
  expect(steps.filter((step) => !pages.some((named) => named.startsWith(step)))).toEqual([]);
});

test('the personas are the personas', () => {
  const told = table('README.md', 'persona').map(([address = '', code]) => [coded(address)[0], code]);
  expect(told).toEqual(personas.map(({ email, identityCode }) => [email, identityCode]));
  for (const { password } of personas) expect(readme).toContain(password);
});

test('the addresses are the addresses', () => {
  const { smtp, ...programs } = addresses({});
  const told = table('README.md', 'address').map(([address = '']) => address.replace(/\/$/, ''));
  expect([...told].sort()).toEqual(
    Object.values(programs)
      .map(({ origin }) => origin)
      .sort(),
  );
  expect(readme).toContain(`localhost:${smtp.port}`);
});

test('the picture is small enough to be looked at', () => {
  expect(statSync(join(root, 'docs/images/sign-in.png')).size).toBeLessThan(100_000);
});

/** As the usual renderers make it of a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} -]/gu, '')
    .replaceAll(' ', '-');

test.each(pageNames)('%s: relative links and their anchors exist', (name) => {
  const links = [...page(name).matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1] ?? '')
    .filter((link) => !/^https?:/.test(link));
  const dead = links.filter((link) => {
    const [file = '', anchor] = link.split('#');
    const target = file === '' ? name : join(dirname(name), file);
    if (!existsSync(join(root, target))) return true;
    if (anchor === undefined) return false;
    const headings = [...page(target).matchAll(/^#+ (.+)$/gm)].map((match) => anchorOf(match[1] ?? ''));
    return !headings.includes(anchor);
  });
  expect(dead).toEqual([]);
});

test.each(pageNames)('%s: files of the house that it names exist', (name) => {
  const paths = coded(page(name)).filter((code) => /^(src|test|views|config|docs|bin)\/[\w./-]+$/.test(code));
  // The client file is the integrator's own.
  const absent = paths.filter((path) => path !== 'config/clients/palkka.yaml' && !existsSync(join(root, path)));
  expect(absent).toEqual([]);
});
