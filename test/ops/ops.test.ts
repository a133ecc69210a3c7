/** The files for Prometheus and Grafana: whatever they name is told by Avain, so that no alarm waits for a figure that never comes. */
import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import * as prometheus from 'prom-client';
import { parse } from 'yaml';
import { z } from 'zod';
import { createFigures } from '../../src/metrics/figures.ts';

const read = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');

const alerts = z.strictObject({
  groups: z.array(
    z.strictObject({
      name: z.string(),
      rules: z.array(
        z.strictObject({
          alert: z.string().regex(/^[A-Z]\w+$/),
          expr: z.string(),
          for: z.string().optional(),
          labels: z.strictObject({ severity: z.enum(['page', 'ticket']) }),
          annotations: z.strictObject({ summary: z.string(), runbook: z.string() }),
        }),
      ),
    }),
  ),
});
const dashboard = z.looseObject({
  panels: z.array(z.looseObject({ targets: z.array(z.looseObject({ expr: z.string() })).default([]) })),
});

/** Figure → its labels, of ours and of the process. */
async function told(): Promise<ReadonlyMap<string, readonly string[]>> {
  const register = new prometheus.Registry();
  prometheus.collectDefaultMetrics({ register });
  createFigures(prometheus, register);
  // A cast: the library tells the labels of a figure to whoever asks it, and its types to nobody.
  const metrics = register.getMetricsAsArray() as unknown as { name: string; type: string; labelNames: string[] }[];
  const series = metrics.flatMap(({ name, type, labelNames }): (readonly [string, readonly string[]])[] => {
    const own = [...labelNames, 'job', 'instance'];
    if (type !== 'histogram') return [[name, own]];
    return (['bucket', 'count', 'sum'] as const).map((part) => [`${name}_${part}`, [...own, 'le']]);
  });
  return new Map([...series, ['up', ['job', 'instance']]]);
}

/** Words of the query language that stand where a label or a figure could. */
const words = /^(?:sum|max|min|rate|increase|topk|by|and|or|histogram_quantile|\d+[mhs])$/;

function faultsOf(expr: string, figures: ReadonlyMap<string, readonly string[]>): string[] {
  const plain = expr.replaceAll(/\[\d+[smh]\]/g, '');
  const labels = new Set([...figures.values()].flat());
  const selectors = [...plain.matchAll(/([a-z_]\w*)\s*\{([^}]*)\}/g)].flatMap(([, name = '', inner = '']) =>
    [...inner.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)]
      .filter(([, label = '']) => !figures.get(name)?.includes(label))
      .map(([, label]) => `${name} has no label ${label}`),
  );
  const grouped = [...plain.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) =>
    list.split(/,\s*/).filter((label) => !labels.has(label)),
  );
  const names = plain
    .replaceAll(/\{[^}]*\}|\bby \([^)]*\)|"[^"]*"/g, ' ')
    .match(/[a-z_]\w*/g)
    ?.filter((name) => !words.test(name) && !figures.has(name));
  return [...selectors, ...grouped, ...(names ?? [])];
}

test('each alarm is about figures that there are, and says what to do', async () => {
  const figures = await told();
  const rules = alerts.parse(parse(await read('ops/prometheus/alerts.yaml'))).groups.flatMap((group) => group.rules);
  expect(rules.length).toBeGreaterThan(10);
  for (const { alert, expr, annotations } of rules) {
    expect([alert, faultsOf(expr, figures)]).toEqual([alert, []]);
    const anchor = alert.replaceAll(/(?<!^)(?=[A-Z])/g, '-').toLowerCase();
    expect(annotations.runbook).toBe(`docs/incident.md#${anchor}`);
  }
  expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
});

test('each panel of the dashboard shows figures that there are', async () => {
  const figures = await told();
  const { panels } = dashboard.parse(JSON.parse(await read('ops/grafana/avain.json')));
  const exprs = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
  expect(exprs.length).toBeGreaterThan(20);
  expect(exprs.flatMap((expr) => faultsOf(expr, figures))).toEqual([]);
});

test('a figure or a label that Avain does not tell would be found', async () => {
  const figures = await told();
  expect(faultsOf('sum by (route) (rate(avain_http_requests_total{status="500"}[5m]))', figures)).toEqual([
    'avain_http_requests_total has no label status',
    'avain_http_requests_total',
  ]);
  expect(faultsOf('max by (client) (avain_dependency_up{client="oima"})', figures)).toEqual([
    'avain_dependency_up has no label client',
    'client',
  ]);
});
