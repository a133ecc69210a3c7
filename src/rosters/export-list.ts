import { safeCell } from '../csv/csv.ts';
import type { Deps } from '../deps.ts';
import type { Locale } from '../http/locale.ts';
import type { RosterList } from '../storage/roster-port.ts';
import { isoMoment } from './moment.ts';
import { type Actor, recorded } from './recorded.ts';
import { viewOf, wholeList } from './view.ts';

/** As a column or a cell is called: what an import reads, it reads under these names too. */
const words = {
  fi: {
    columns: ['huomautus', 'sähköposti', 'laji', 'voimassa_alkaen', 'voimassa_asti', 'tila', 'lisätty', 'lähde'],
    kind: { identity: 'henkilötunnus', email: 'sähköposti' },
    state: { valid: 'voimassa', coming: 'tulossa', ended: 'päättynyt' },
    source: { county: 'hyvinvointialue', file: 'ylläpito' },
    delimiter: ';',
  },
  sv: {
    columns: ['anteckning', 'e-post', 'slag', 'giltig_från', 'giltig_till', 'tillstånd', 'tillagd', 'källa'],
    kind: { identity: 'personbeteckning', email: 'e-post' },
    state: { valid: 'giltig', coming: 'kommande', ended: 'upphörd' },
    source: { county: 'välfärdsområdet', file: 'administratören' },
    delimiter: ';',
  },
  en: {
    columns: ['note', 'email', 'kind', 'valid_from', 'valid_to', 'state', 'added', 'source'],
    kind: { identity: 'identity code', email: 'e-mail' },
    state: { valid: 'valid', coming: 'coming', ended: 'ended' },
    source: { county: 'county', file: 'operator' },
    delimiter: ',',
  },
} as const;

/**
 * A list as lines of CSV without line ends: no identity code, and no cell that a spreadsheet would take for a formula. That
 * it was taken out is recorded first.
 */
export async function* exportList(
  deps: Pick<Deps, 'keyring' | 'clock' | 'storage'>,
  list: RosterList,
  locale: Locale,
  actor: Actor,
): AsyncGenerator<string> {
  await deps.storage.audit.append(recorded('roster.exported', list, actor, deps.clock.now()));
  const { columns, kind, state, source, delimiter } = words[locale];
  yield columns.join(delimiter);
  for await (const entry of wholeList(deps, list)) {
    const view = viewOf(deps, entry);
    const until = view.validTo === null ? '' : isoMoment(view.validTo, 'to');
    const cells = [
      ...[view.note ?? '', view.address ?? '', kind[view.kind], isoMoment(view.validFrom, 'from'), until],
      ...[state[view.state], isoMoment(view.addedAt, 'from'), source[view.source]],
    ];
    yield cells.map(safeCell).join(delimiter);
  }
}
