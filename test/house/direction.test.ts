/**
 * The rules of the house that a machine can check: who may import whom, who may read the environment, how long a file
 * may be. Each rule names the files it holds for and fails when it finds none of them, so that a renamed folder
 * cannot silence it. (Until src/main.ts stands, the house is being built and absent rooms are only told.)
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { importsOf, type SourceFile, sourceFiles, withoutComments } from '../support/source-files.ts';

const source = sourceFiles('src');
const houseStands = existsSync(join(import.meta.dirname, '../../src/main.ts'));

/** Files over 200 lines, each with the reason why splitting it would not help a reader. */
const longFiles: Record<string, string> = {};

type Rule = { rule: string; files: (path: string) => boolean; faults: (file: SourceFile) => string[] };

const under = (folder: string) => (path: string) => path.startsWith(`${folder}/`);
const outsideDemo = (path: string) => !under('src/demo')(path);

/** Imports of a file whose target satisfies `forbidden`, as text. */
const importing = (forbidden: (target: string) => boolean) => (file: SourceFile) =>
  file.imports.filter((one) => forbidden(one.target)).map((one) => `imports ${one.target}`);

const rules: Rule[] = [
  {
    rule: 'the ladder imports nothing but types and its own rules',
    files: (path) => ['next-step', 'facts', 'proof-rules'].some((name) => path === `src/journey/${name}.ts`),
    faults: (file) =>
      file.imports
        .filter((one) => !one.typeOnly && one.target !== 'src/journey/proof-rules.ts')
        .map((one) => `imports the value of ${one.target}`),
  },
  {
    rule: 'steps never import steps: only the index does',
    files: (path) => under('src/steps')(path) && !['src/steps/index.ts', 'src/steps/step.ts'].includes(path),
    faults: importing((target) => under('src/steps')(target) && target !== 'src/steps/step.ts'),
  },
  {
    rule: 'only storage/open.ts imports a back end',
    files: (path) => path !== 'src/storage/open.ts' && !isBackEnd(path),
    faults: importing(isBackEnd),
  },
  {
    rule: 'only provider/ and journey/runner.ts import oidc-provider',
    files: (path) => outsideDemo(path) && !under('src/provider')(path) && path !== 'src/journey/runner.ts',
    faults: importing((target) => target === 'oidc-provider' || target.startsWith('oidc-provider/')),
  },
  {
    rule: 'nothing outside demo/ imports demo/',
    files: outsideDemo,
    faults: importing(under('src/demo')),
  },
  {
    rule: 'no production code imports tests',
    files: () => true,
    faults: importing(under('test')),
  },
  {
    rule: 'only config/ (and the demo programs) read the environment',
    files: (path) => outsideDemo(path) && !under('src/config')(path),
    faults: (file) =>
      /\bprocess\.env\b|\benv\b[^;]*from 'node:process'/.test(withoutComments(file.text)) ? ['reads process.env'] : [],
  },
  {
    rule: 'only main.ts and the programs of demo/ end the process',
    files: (path) => outsideDemo(path) && path !== 'src/main.ts' && path !== 'src/cli.ts' && !under('src/cli')(path),
    faults: (file) => (/\bprocess\.exit\(/.test(withoutComments(file.text)) ? ['calls process.exit'] : []),
  },
  {
    rule: 'no file is longer than 200 lines',
    files: (path) => !(path in longFiles),
    faults: (file) => (file.lines > 200 ? [`has ${file.lines} lines`] : []),
  },
];

function isBackEnd(path: string): boolean {
  return under('src/storage/sqlite')(path) || under('src/storage/mongo-redis')(path);
}

describe('the rules of the house', () => {
  test.each(rules)('$rule', ({ rule, files, faults }) => {
    const held = source.filter((file) => files(file.path));
    if (held.length === 0 && !houseStands) process.stderr.write(`\nNOT CHECKED, no such file yet: ${rule}\n`);
    else expect(held).not.toHaveLength(0);
    expect(held.flatMap((file) => faults(file).map((fault) => `${file.path} ${fault}`))).toEqual([]);
  });

  test('the exemptions name files that need them', () => {
    const needed = source.filter((file) => file.lines > 200).map((file) => file.path);
    expect(Object.keys(longFiles).filter((path) => !needed.includes(path))).toEqual([]);
    if (!houseStands) return;
    const exempt = ['src/steps/index.ts', 'src/storage/open.ts', 'src/journey/runner.ts', 'src/main.ts'];
    expect(exempt.filter((path) => !source.some((file) => file.path === path))).toEqual([]);
  });

  test('no test is skipped, or runs alone', () => {
    // Where a machine lacks a browser or a server: said loudly there, and a failure under CI.
    const loud = [
      'test/support/browser/describe-in-browser.ts',
      'test/support/describe-with-stores.ts',
      'test/cli/terminal.ts',
    ];
    const tests = sourceFiles('test').filter((file) => !loud.includes(file.path));
    expect(tests).not.toHaveLength(0);
    const words = /\b(?:describe|test|it)(?:\.\w+)*\.(?:only|skip|todo)\b|\b(?:xit|xtest|xdescribe|fit|fdescribe)\(/;
    expect(tests.filter((file) => words.test(withoutComments(file.text))).map((file) => file.path)).toEqual([]);
  });
});

describe('the reader of imports', () => {
  test.each([
    ["import { a } from './b.ts';", 'src/x/b.ts', false],
    ["import type { A } from '../b.ts';", 'src/b.ts', true],
    ["import {\n  type A,\n  b,\n} from 'koa';", 'koa', false],
    ["import './b.ts';", 'src/x/b.ts', false],
    ["export { a } from './b.ts';", 'src/x/b.ts', false],
    ["export type { A } from './b.ts';", 'src/x/b.ts', true],
    ["const b = await import('../y/b.ts');", 'src/y/b.ts', false],
    ["import type { A } from './b.ts'; const b = 1;", 'src/x/b.ts', true],
    ["const b = 1; import a from 'koa';", 'koa', false],
    ["import a, * as b from '#src/b.ts';", 'src/b.ts', false],
  ])('%s', (text, target, typeOnly) => {
    expect(importsOf(text, 'src/x/a.ts')).toEqual([{ target, typeOnly }]);
  });

  test('prose about imports is none', () => {
    expect(importsOf("/**\n * import './b.ts'\n */\n// import './c.ts';\nexport const a = 1;\n", 'src/a.ts')).toEqual(
      [],
    );
  });
});
