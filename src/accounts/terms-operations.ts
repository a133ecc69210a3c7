/** `avain terms …`, where the store is: the evidence for whoever must show it, and whether its texts are still there. */
import { z } from 'zod';
import type { Config, TermsVersion } from '../config/schema.ts';
import { calendarDate } from '../config/values.ts';
import { type Operation, type OperationDeps, OperationRefused, type Operations } from '../control/operation.ts';
import { patiently } from '../control/patiently.ts';
import { safeCell } from '../csv/csv.ts';
import { dayAfter, startOfDay } from '../finnish-day.ts';
import type { EvidenceFilter, EvidencePage, TermsEvidence } from '../storage/ports.ts';
import { subjectOf } from './subject.ts';

const exportArguments = z.strictObject({
  terms: z.string().nullable(),
  /** Days in Finland, both included. */
  from: calendarDate.nullable(),
  to: calendarDate.nullable(),
  form: z.enum(['csv', 'json']),
});
export type ExportArguments = z.infer<typeof exportArguments>;

/** What became of the text that was accepted: `changed` = the files have another one under the same name. */
export const documentStates = ['unchanged', 'changed', 'missing'] as const;
type DocumentState = (typeof documentStates)[number];

const pageRows = 1_000;

/** Page by page, so that any number of rows needs the memory of one page. */
async function* evidencePages({ storage }: Pick<OperationDeps, 'storage'>, filter: EvidenceFilter) {
  for (let after: string | null = null; ; ) {
    const from: string | null = after;
    const page: EvidencePage = await patiently(() => storage.evidence.scan(filter, from, pageRows));
    yield page.rows;
    if (page.next === null) return;
    after = page.next;
  }
}

function documentState(
  terms: Config['terms'],
  { termsId, version, locale, textHash }: Pick<TermsEvidence, 'termsId' | 'version' | 'locale' | 'textHash'>,
): DocumentState {
  const texts: Partial<Record<string, TermsVersion['texts']['fi']>> | undefined = terms[termsId]?.find(
    (one) => one.version === version,
  )?.texts;
  const text = texts?.[locale];
  if (text === undefined) return 'missing';
  return text.hash === textHash ? 'unchanged' : 'changed';
}

type EvidenceDeps = Pick<OperationDeps, 'config' | 'clients' | 'keyring'>;

/** No address, no name, no identity code: `account` is Avain's own id, `subject` the one that the client knows. */
export function evidenceRow({ config, clients, keyring }: EvidenceDeps, evidence: TermsEvidence) {
  const { acceptedAt, termsId: terms, version, locale, textHash, clientId, accountId, network } = evidence;
  const client = clients.get(clientId);
  return {
    acceptedAt: new Date(acceptedAt).toISOString(),
    terms,
    version,
    language: locale,
    textHash,
    document: documentState(config.terms, evidence),
    client: clientId,
    account: accountId,
    subject: client ? subjectOf(keyring, client, accountId) : null,
    network,
  };
}

const columns: readonly (keyof ReturnType<typeof evidenceRow>)[] = [
  'acceptedAt',
  'terms',
  'version',
  'language',
  'textHash',
  'document',
  'client',
  'account',
  'subject',
  'network',
];

/** Its argument: ExportArguments as JSON. Prints a line for each row, as CSV below a line of names, or as JSON. */
const exportEvidence: Operation = async (deps, [argument = ''], print) => {
  const { terms, from, to, form } = exportArguments.parse(JSON.parse(argument));
  if (from !== null && to !== null && to < from) throw new OperationRefused('--to: the day of --from or a later one.');
  const filter = {
    termsId: terms,
    from: from === null ? null : startOfDay(from),
    to: to === null ? null : startOfDay(dayAfter(to)),
  };
  let rows = 0;
  if (form === 'csv') print(columns.join(','));
  for await (const page of evidencePages(deps, filter)) {
    for (const evidence of page) {
      const row = evidenceRow(deps, evidence);
      print(form === 'csv' ? columns.map((name) => safeCell(row[name] ?? '')).join(',') : JSON.stringify(row));
    }
    rows += page.length;
    await print.caughtUp();
  }
  const details = { terms, from, to, rows };
  const common = { at: deps.clock.now(), accountId: null, clientId: null, journeyId: null } as const;
  await deps.storage.audit.append({ ...common, event: 'terms.exported', details });
  return 0;
};

export type VerifiedDocument = {
  readonly terms: string;
  readonly version: string;
  readonly language: string;
  readonly textHash: string;
  readonly state: DocumentState;
  /** How many times exactly this text was accepted. */
  readonly accepted: number;
};

/**
 * Prints one line of JSON: every text that the files have or that was ever accepted. Exit 1 if one that was accepted is not
 * in the files as it was.
 */
const verify: Operation = async (deps, _args, print) => {
  const { terms } = deps.config;
  const documents = new Map<string, VerifiedDocument>();
  const count = (document: Omit<VerifiedDocument, 'state' | 'accepted'>, times: number): void => {
    const key = JSON.stringify(document);
    const { terms: termsId, version, language: locale, textHash } = document;
    const state = documentState(terms, { termsId, version, locale, textHash });
    documents.set(key, { ...document, state, accepted: (documents.get(key)?.accepted ?? 0) + times });
  };
  for (const [id, versions] of Object.entries(terms)) {
    for (const { version, texts } of versions) {
      for (const [language, { hash }] of Object.entries(texts))
        count({ terms: id, version, language, textHash: hash }, 0);
    }
  }
  for await (const page of evidencePages(deps, { termsId: null, from: null, to: null })) {
    for (const { termsId, version, locale, textHash } of page)
      count({ terms: termsId, version, language: locale, textHash }, 1);
  }
  const all = [...documents.values()];
  const ok = all.every(({ state }) => state === 'unchanged');
  print(JSON.stringify({ ok, documents: all }));
  return ok ? 0 : 1;
};

export const termsOperations: Operations = { 'terms.export': exportEvidence, 'terms.verify': verify };
