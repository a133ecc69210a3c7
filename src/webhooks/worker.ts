import { startWorker, type Worker } from '../worker.ts';
import { alone } from './state.ts';
import { type TurnDeps, takeTurn } from './turn.ts';

const pauseMs = 1_000;
/** While there is more, turns follow one another for so long. */
const goOnForMs = 5_000;

/** One worker for each of `webhooks`; of several nodes one sends at a time. */
export function startWebhooks(deps: TurnDeps): readonly Worker[] {
  return deps.config.webhooks.map((endpoint) => {
    const { name } = endpoint;
    const failed = `webhooks cannot be sent to ${name}: they wait, and none is lost`;
    const work = { log: deps.log, pauseMs, failed, recovered: `webhooks are sent to ${name} again` };
    return startWorker(work, async () => {
      const until = deps.clock.now() + goOnForMs;
      // A lease for each, so that it is never outlived.
      while ((await alone(deps, name, () => takeTurn(deps, endpoint)))?.done && deps.clock.now() < until);
    });
  });
}
