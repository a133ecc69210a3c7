import { pino } from 'pino';
import { forOperator } from '../control/operation.ts';
import { schemaStates, toldState } from '../storage/open.ts';
import { errorCodeOf } from './error-code.ts';
import { bad, doubtful, type Examination, type Examined, type Finding, good, notTried } from './examination.ts';

/** Whether it can be read from here, and fits this version. It is only looked at: nothing is migrated. */
export async function examineStorage({ config, clock }: Examination): Promise<Examined> {
  try {
    const states = await schemaStates(config, clock, pino({ level: 'silent' }));
    return { findings: states.map(told) };
  } catch (error) {
    const found = forOperator(error) ?? `it cannot be read (${errorCodeOf(error)})`;
    return {
      findings: [
        bad('storage', found, `storage.kind is ${config.storage.kind}: see what it names is there and may be used`),
      ],
    };
  }
}

function told(state: Awaited<ReturnType<typeof schemaStates>>[number]): Finding {
  const found = `${state.name} ${toldState(state)}`;
  if (state.has === null) return notTried('storage', found, 'The first start makes it: npm start');
  if (state.has === state.needs) return good('storage', found);
  if (state.has < state.needs)
    return doubtful('storage', found, 'The next start migrates it, or avain migrate does now: make a backup first');
  return bad('storage', found, 'A newer Avain has written it: run that version, or restore a backup of before');
}
