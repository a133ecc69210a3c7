import type { Observer, Outcome } from '../observing/observer.ts';
import type { CountName } from '../statistics/names.ts';
import type { Figures } from './figures.ts';

/** What is observed, as figures. Of operations of the store that ask nobody, the time tells what a transaction costs. */
export function metricsObserver({ requests, storageCalls, brokerCalls, mails }: Figures): Observer {
  return {
    begin({ kind, name }) {
      const from = performance.now();
      const seconds = () => (performance.now() - from) / 1_000;
      switch (kind) {
        case 'storage':
          return ({ outcome }: Outcome) => storageCalls.observe({ operation: name, outcome }, seconds());
        case 'broker': {
          const [broker = '', call = ''] = name.split('.');
          return ({ outcome }: Outcome) => brokerCalls.observe({ broker, call, outcome }, seconds());
        }
        case 'mail':
          return ({ outcome }: Outcome) => mails.observe({ outcome }, seconds());
      }
    },
    answered: ({ method, route, status, seconds }) => requests.observe({ method, route, status }, seconds),
  };
}

/** The counts that are kept for years, as counters too: of how people get on, without the client. */
export function countPeople({ journeys, rungs, identifications }: Figures): (name: CountName) => void {
  return (name) => {
    const [what, which = '', event = ''] = name.split('/');
    if (what === 'journey') journeys.inc({ event: which });
    if (what === 'rung' && event !== 'within') rungs.inc({ rung: which, event });
    if (what === 'identification') identifications.inc({ broker: which, event });
  };
}
