/** The stored counts, made sense of: by day, by client and in all. */
import type { Deps } from '../deps.ts';
import { dayAfter, startOfDay } from '../finnish-day.ts';
import type { ClientId, Instant } from '../ids.ts';
import { type Rung, rungNames } from '../journey/next-step.ts';
import type { DayCounts } from '../storage/statistics-port.ts';
import type { Durations, Seconds } from './durations.ts';
import type { CountName, IdentifiedFor } from './names.ts';

export type RungFigures = {
  readonly rung: Rung;
  readonly entered: number;
  readonly left: number;
  readonly cancelled: number;
  /** Never left: of days whose journeys have all ended, that is from the second day on. */
  readonly gaveUp: number;
  /** Of those who left it. */
  readonly durations: Durations;
};

export type BrokerFigures = {
  readonly broker: string;
  readonly started: number;
  readonly failed: number;
  readonly done: number;
  readonly byRule: Readonly<Partial<Record<IdentifiedFor, number>>>;
  /** In the currency of `statistics.pricePerIdentification`. */
  readonly cost: number;
};

export type Figures = {
  readonly journeys: { readonly begun: number; readonly finished: number; readonly cancelled: number };
  readonly signIns: number;
  readonly signUps: { readonly begun: number; readonly activated: number };
  readonly passwords: { readonly proved: number; readonly refused: number; readonly delayed: number };
  readonly codes: { readonly sent: number; readonly proved: number; readonly refused: number };
  readonly factors: { readonly used: number; readonly refused: number };
  readonly brokers: readonly BrokerFigures[];
  /** In the order of the ladder, all of them. */
  readonly rungs: readonly RungFigures[];
};

export type StatisticsReport = {
  /** Those on which something was counted, in their order. */
  readonly days: readonly { readonly day: string; readonly figures: Figures }[];
  /** Empty: of no client. */
  readonly clients: readonly { readonly clientId: ClientId | ''; readonly figures: Figures }[];
  readonly total: Figures;
};

export type StatisticsQuery = {
  /** `YYYY-MM-DD` as in Finland, both included. */
  readonly from: string;
  readonly to: string;
  /** Only of this one. */
  readonly clientId?: ClientId;
};

type ReadDeps = Pick<Deps, 'config' | 'storage' | 'clock' | 'tally'>;

/** What this node counted until now is in it; what the others did, as of half a minute ago. */
export async function readStatistics(deps: ReadDeps, query: StatisticsQuery): Promise<StatisticsReport> {
  await deps.tally.flush();
  const all = await deps.storage.statistics.read(query.from, query.to);
  const rows = query.clientId === undefined ? all : all.filter(({ clientId }) => clientId === query.clientId);
  const figures = (some: readonly DayCounts[]) => figuresOf(some, deps.config.statistics, deps.clock.now());
  return {
    days: [...Map.groupBy(rows, ({ day }) => day)].map(([day, some]) => ({ day, figures: figures(some) })),
    clients: [...Map.groupBy(rows, ({ clientId }) => clientId)].map(([clientId, some]) => ({
      clientId,
      figures: figures(some),
    })),
    total: figures(rows),
  };
}

type Prices = Deps['config']['statistics'];

function figuresOf(rows: readonly DayCounts[], prices: Prices, now: Instant): Figures {
  const sums = summed(rows);
  const settled = summed(rows.filter(({ day }) => isOver(day, now)));
  const of = (name: CountName) => sums.get(name) ?? 0;
  return {
    journeys: { begun: of('journey/begun'), finished: of('journey/finished'), cancelled: of('journey/cancelled') },
    signIns: of('sign-in'),
    signUps: { begun: of('sign-up/begun'), activated: of('sign-up/activated') },
    passwords: { proved: of('password/proved'), refused: of('password/refused'), delayed: of('password/delayed') },
    codes: { sent: of('code/sent'), proved: of('code/proved'), refused: of('code/refused') },
    factors: { used: of('factor/used'), refused: of('factor/refused') },
    brokers: brokerFigures(sums, prices),
    rungs: rungNames.map((rung) => rungFigures(rung, sums, settled)),
  };
}

type Sums = ReadonlyMap<string, number>;

function summed(rows: readonly DayCounts[]): Sums {
  const sums = new Map<string, number>();
  for (const { counts } of rows)
    for (const [name, count] of Object.entries(counts)) sums.set(name, (sums.get(name) ?? 0) + count);
  return sums;
}

/** A journey lives for a day at most. */
const isOver = (day: string, now: Instant): boolean => startOfDay(dayAfter(dayAfter(day))) <= now;

function rungFigures(rung: Rung, sums: Sums, settled: Sums): RungFigures {
  const of = (all: Sums, end: 'entered' | 'left' | 'cancelled') => all.get(`rung/${rung}/${end}`) ?? 0;
  // Below zero only where a count was lost with a process that was killed.
  const gaveUp = Math.max(0, of(settled, 'entered') - of(settled, 'left') - of(settled, 'cancelled'));
  return {
    rung,
    entered: of(sums, 'entered'),
    left: of(sums, 'left'),
    cancelled: of(sums, 'cancelled'),
    gaveUp,
    durations: below<Seconds>(sums, `rung/${rung}/within/`),
  };
}

function brokerFigures(sums: Sums, { pricePerIdentification, priceByBroker }: Prices): readonly BrokerFigures[] {
  const names = [...sums.keys()].flatMap((name) => /^identification\/([^/]+)\//.exec(name)?.[1] ?? []);
  return [...new Set(names)].sort().map((broker) => {
    const of = (what: string) => sums.get(`identification/${broker}/${what}`) ?? 0;
    const byRule = below<IdentifiedFor>(sums, `identification/${broker}/done/`);
    const done = Object.values(byRule).reduce((sum, count) => sum + count, 0);
    const cost = done * (priceByBroker[broker] ?? pricePerIdentification);
    return { broker, started: of('started'), failed: of('failed'), done, byRule, cost };
  });
}

/** The counts whose names begin so, by the rest of the name. A cast: the names are names.ts's. */
function below<Rest extends string>(sums: Sums, start: string): Readonly<Partial<Record<Rest, number>>> {
  const found = [...sums].filter(([name]) => name.startsWith(start));
  return Object.fromEntries(found.map(([name, count]) => [name.slice(start.length), count])) as Partial<
    Record<Rest, number>
  >;
}
