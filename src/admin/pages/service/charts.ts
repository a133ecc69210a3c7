/** What was counted in the last 30 days, drawn: how many, what it cost, how long it took and where people gave up. */
import type { z } from 'zod';
import { dayOf } from '../../../finnish-day.ts';
import type { AdminChart, AdminChartsModel } from '../../../http/admin-models.ts';
import type { TextKey } from '../../../http/views.ts';
import { rungNames } from '../../../journey/next-step.ts';
import { type Durations, quantile } from '../../../statistics/durations.ts';
import { statistics } from '../../reports/operations.ts';
import type { AdminPage } from '../admin-page.ts';
import { ask } from '../asking.ts';
import { barShapes, lineShapes } from '../charts/chart.ts';
import { facts } from '../list-model.ts';

const shownDays = 30;
const dayMs = 86_400_000;

type Figures = z.output<typeof statistics.output>['total'];
type Counted = { readonly name: TextKey; readonly of: (figures: Figures) => number };

const identified = ({ brokers }: Figures) => brokers.reduce((sum, { done }) => sum + done, 0);
const failed = ({ brokers }: Figures) => brokers.reduce((sum, broker) => sum + broker.failed, 0);
const cost = ({ brokers }: Figures) => rounded(brokers.reduce((sum, broker) => sum + broker.cost, 0));
const rounded = (value: number): number => Math.round(value * 100) / 100;

const byDay: Readonly<Record<'sign-ins' | 'identifications' | 'cost' | 'codes' | 'failures', readonly Counted[]>> = {
  'sign-ins': [
    { name: 'admin.series-finished', of: ({ journeys }) => journeys.finished },
    { name: 'admin.series-cancelled', of: ({ journeys }) => journeys.cancelled },
  ],
  identifications: [
    { name: 'admin.series-done', of: identified },
    { name: 'admin.series-failed', of: failed },
  ],
  cost: [{ name: 'admin.series-cost', of: cost }],
  codes: [
    { name: 'admin.series-sent', of: ({ codes }) => codes.sent },
    { name: 'admin.series-proved', of: ({ codes }) => codes.proved },
  ],
  failures: [
    { name: 'admin.series-passwords', of: ({ passwords }) => passwords.refused + passwords.delayed },
    { name: 'admin.series-codes', of: ({ codes }) => codes.refused },
    { name: 'admin.series-factors', of: ({ factors }) => factors.refused },
  ],
};

type Table = {
  /** Bars stand one on the other, and tell a sum; what is no part of a sum is drawn as lines. */
  readonly drawn?: 'lines';
  /** Below the bars, where there is little room, and in the table. */
  readonly labels: readonly string[];
  readonly names?: readonly string[];
  readonly series: readonly { name: TextKey; values: number[] }[];
};

function chartOf(
  id: string,
  title: TextKey,
  about: TextKey,
  { drawn, labels, names = labels, series }: Table,
): AdminChart {
  return {
    id,
    title: { key: title },
    about: { key: about },
    shapes: drawn === 'lines' ? lineShapes({ labels, series }) : barShapes({ labels, series }),
    series: series.map(({ name }) => ({ key: name })),
    rows: names.map((label, index) => ({ label, values: series.map(({ values }) => values[index] ?? 0) })),
  };
}

/** `1.3.` of a day, as it stands below a bar. */
const shortly = (day: string): string => `${Number(day.slice(8))}.${Number(day.slice(5, 7))}.`;

/** null = nothing was counted on that day. */
function dailyCharts(
  days: readonly { readonly day: string; readonly figures: Figures | null }[],
): readonly AdminChart[] {
  const labels = days.map(({ day }) => shortly(day));
  // A cast: Object.keys forgets that a record's keys are its type's.
  return (Object.keys(byDay) as (keyof typeof byDay)[]).map((id) =>
    chartOf(id, `admin.chart-${id}`, `admin.chart-${id}-about`, {
      labels,
      series: byDay[id].map(({ name, of }) => ({
        name,
        values: days.map(({ figures }) => (figures === null ? 0 : of(figures))),
      })),
    }),
  );
}

/** By the rung of the ladder, those that anybody came to. */
function stepCharts({ rungs }: Figures, words: (rung: string) => string): readonly AdminChart[] {
  const seen = rungs.filter(({ entered }) => entered > 0);
  const labels = seen.map((_, index) => `${index + 1}`);
  const names = seen.map(({ rung }, index) => `${index + 1}. ${words(rung)}`);
  // A cast: the operation's description does not name the bounds, from which its answer is made.
  const within = (share: number) =>
    seen.map(({ durations }) => Math.round(quantile(durations as Durations, share) ?? 0));
  return [
    chartOf('times', 'admin.chart-times', 'admin.chart-times-about', {
      drawn: 'lines',
      labels,
      names,
      series: [
        { name: 'admin.series-median', values: within(0.5) },
        { name: 'admin.series-p90', values: within(0.9) },
      ],
    }),
    chartOf('given-up', 'admin.chart-given-up', 'admin.chart-given-up-about', {
      labels,
      names,
      series: [
        { name: 'admin.series-gave-up', values: seen.map(({ gaveUp }) => gaveUp) },
        { name: 'admin.series-cancelled', values: seen.map(({ cancelled }) => cancelled) },
      ],
    }),
  ];
}

function totals(total: Figures): AdminChartsModel['totals'] {
  return facts([
    ['admin.series-finished', total.journeys.finished],
    ['admin.series-done', identified(total)],
    ['admin.series-cost', cost(total)],
    ['admin.fact-sign-ups', total.signUps.activated],
  ]);
}

export const charts: AdminPage<'admin/charts'> = {
  path: '/admin/charts',
  view: 'admin/charts',
  opens: statistics,
  fresh: false,
  show: async (context) => {
    const { deps, locale } = context;
    const now = deps.clock.now();
    const days = Array.from({ length: shownDays }, (_, index) => dayOf(now - (shownDays - 1 - index) * dayMs));
    const query = { from: days[0], to: days.at(-1) };
    const { output } = await ask(context, statistics, { query });
    const counted = new Map(output.days.map(({ day, figures }) => [day, figures]));
    const words = (rung: string) => {
      const known = rungNames.find((one) => one === rung);
      return known ? deps.texts.t(locale, `admin.rung-${known}`) : rung;
    };
    return {
      days: shownDays,
      totals: totals(output.total),
      charts: [
        ...dailyCharts(days.map((day) => ({ day, figures: counted.get(day) ?? null }))),
        ...stepCharts(output.total, words),
      ],
    };
  },
};
