/** docs/incident.md: each alarm has its section, each section its alarm, and whatever it tells somebody to type exists. */
import { expect, test } from '@jest/globals';
import type { Command } from 'commander';
import { parse } from 'yaml';
import { z } from 'zod';
import { avainProgram } from '../../src/cli.ts';
import { rungNames } from '../../src/journey/next-step.ts';
import { page } from '../docs/pages.ts';

const incident = page('docs/incident.md');
const rules = z.looseObject({
  groups: z.array(
    z.looseObject({
      rules: z.array(z.looseObject({ alert: z.string(), labels: z.looseObject({ severity: z.string() }) })),
    }),
  ),
});
const alarms = rules
  .parse(parse(page('ops/prometheus/alerts.yaml')))
  .groups.flatMap((group) => group.rules.map(({ alert, labels }) => ({ alert, severity: labels.severity })));

/** `AvainDown` → `Avain down`. */
const headingOf = (alert: string): string => alert.replaceAll(/(?<!^)[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

const sections = new Map(
  incident
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')), section] as const),
);

test('each alarm has its section, in the order of the file, and no section is about one that is gone', () => {
  const others = ['First, whatever it is', 'Somebody has what they should not'];
  const told = [...sections.keys()].filter((heading) => !others.includes(heading));
  expect(told).toEqual(alarms.map(({ alert }) => headingOf(alert)));
});

test.each(alarms)('$alert: how urgent it is, what it means, where to look, what to do', ({ alert, severity }) => {
  const section = sections.get(headingOf(alert)) ?? '';
  expect(section).toContain(`\n*${severity}.* **Means.** `);
  for (const part of ['**Look.** ', '**Do.** ']) expect(section.split(part)).toHaveLength(2);
});

/** What of these words is a command, and which of its options there are. */
function known(program: Command, words: readonly string[]): { readonly rest: readonly string[]; readonly at: Command } {
  const next = program.commands.find((one) => one.name() === words[0]);
  return next ? known(next, words.slice(1)) : { rest: words, at: program };
}

function faultsOf(program: Command, line: string): readonly string[] {
  const { rest, at } = known(program, line.split(/\s+/));
  const options = rest.filter((word) => word.startsWith('--'));
  const absent = options.filter((option) => !at.options.some(({ long }) => long === option));
  const required = at.options.filter(({ mandatory, long }) => mandatory && !options.includes(long ?? ''));
  // One that only holds others takes no words of its own.
  const noCommand = at.commands.length > 0 && at.registeredArguments.length === 0;
  const missing = at === program ? [] : required.map(({ long }) => `${line}: without ${long}`);
  return [...(noCommand ? [`${line}: no command`] : []), ...absent.map((one) => `${line}: ${one}`), ...missing];
}

/** Those of the shell blocks and those in the text, which name the command in full. */
function commandsOf(text: string): readonly string[] {
  return [...text.matchAll(/npm run -s avain -- ([^`#\n|)]+)/g)].map(([, line = '']) => line.trim());
}

test.each(['docs/incident.md', 'docs/upgrade.md'])('%s: every command can be given as it stands', (name) => {
  const program = avainProgram();
  const lines = commandsOf(page(name));
  expect(lines.length).toBeGreaterThan(2);
  expect(lines.filter((line) => !line.startsWith('audit export')).flatMap((line) => faultsOf(program, line))).toEqual(
    [],
  );
});

test('a command or an option that there is not would be found', () => {
  const program = avainProgram();
  expect(faultsOf(program, 'keys forget KID')).toContain('keys forget KID: no command');
  expect(faultsOf(program, 'plan --loud')).toEqual(['plan --loud: --loud']);
  expect(faultsOf(program, 'account bar ADDRESS --by NAME')).toEqual([
    'account bar ADDRESS --by NAME: without --reason',
  ]);
});

test('figures, events and rungs that it names are those of Avain', () => {
  const figures = page('docs/operate.md');
  const named = incident.match(/\bavain_[a-z_]+/g) ?? [];
  expect(named.length).toBeGreaterThan(5);
  // A histogram is told by its name, and asked for by its parts.
  expect(named.filter((name) => !figures.includes(name.replace(/_(bucket|count|sum)$/, '')))).toEqual([]);
  const events = [...incident.matchAll(/--event ([\w.-]+)/g)].map(([, event]) => event);
  const union = page('src/audit/audit-log.ts');
  expect(events.filter((event) => !union.includes(`'${event}'`))).toEqual([]);
  const rungs = [...incident.matchAll(/Rung `([\w-]+)`/g)].map(([, rung]) => rung);
  expect(rungs.filter((rung) => !rungNames.some((one) => one === rung))).toEqual([]);
});
