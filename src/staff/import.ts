/**
 * A file from the county's own system: it is checked and told first, and put into the list when they say so. In between it
 * lies sealed in the expiring store, since it holds identity codes, and a page never carries them back to a browser.
 */
import type { Context } from 'koa';
import { TableRefused } from '../csv/table-file.ts';
import { readUpload } from '../http/upload.ts';
import type { TextKey } from '../http/views.ts';
import { importList, type LineCounts, type LineResult, noLines, withLine } from '../rosters/import-list.ts';
import { readList } from '../rosters/read-list.ts';
import type { OwnPagesDeps } from '../self-service/session-guard.ts';
import {
  answer,
  assertStaffForm,
  enterList,
  type ListContext,
  type StaffOutcome,
  type StaffPage,
  wrong,
} from './staff-page.ts';
import { ofList } from './told.ts';
import { keepUpload } from './uploads.ts';

/** Larger files are the operator's: `avain roster import`. */
const maxBytes = 400_000;
export const maxUploadLines = 3_000;
const maxTold = 200;

/** Field `file`. */
export const importPage: StaffPage<ListContext, 'staff/import'> = {
  view: 'staff/import',
  show: (context) => ({ ...ofList(context), maxLines: maxUploadLines }),
};

export function submitImport(deps: OwnPagesDeps) {
  return async (ctx: Context): Promise<void> => {
    const context = await enterList(deps, ctx);
    if (context === null) return;
    const { fields, file } = await readUpload(ctx, maxBytes);
    assertStaffForm(context, fields);
    await answer(context, importPage, fields, await checked(context, file));
  };
}

async function checked(context: ListContext, file: Buffer | null): Promise<StaffOutcome> {
  if (file === null) return wrong('file', { key: 'staff.file-required' });
  try {
    const report = await runFile(context, file, true);
    if (report.lines === 0) return wrong('file', { key: 'staff.file-empty' });
    return { kind: 'done', path: `${context.listPath}/import/${await keepUpload(context, file, report)}` };
  } catch (error) {
    if (!(error instanceof TableRefused)) throw error;
    return wrong('file', { key: refusals[error.why], params: { max: maxUploadLines } });
  }
}

const refusals: Record<TableRefused['why'], TextKey> = {
  'utf-16': 'staff.file-utf-16',
  columns: 'staff.file-columns',
  'too-many-rows': 'staff.file-too-many-lines',
};

export type FileReport = {
  readonly lines: number;
  readonly outcomes: LineCounts;
  readonly told: readonly LineResult[];
};

/** Batch by batch, each with the whole time that a request may wait for the store: a file has more to do than a page. */
export async function runFile({ deps, list, actor }: ListContext, file: Buffer, dryRun: boolean): Promise<FileReport> {
  const lines = readList(chunksOf(file), maxUploadLines);
  const insist = <T>(work: () => Promise<T>): Promise<T> => work();
  const batches = importList(deps, lines, { list, actor, dryRun, insist });
  let report: FileReport = { lines: 0, outcomes: noLines, told: [] };
  for (;;) {
    const { done, value } = await deps.storage.bounded(() => batches.next());
    if (done) return report;
    const notable = value.filter(({ outcome }) => outcome !== 'added' && outcome !== 'unchanged');
    report = {
      lines: report.lines + value.length,
      outcomes: value.reduce(withLine, report.outcomes),
      told: [...report.told, ...notable].slice(0, maxTold),
    };
  }
}

async function* chunksOf(file: Buffer): AsyncGenerator<Buffer> {
  yield file;
}
