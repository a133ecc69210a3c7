import { RequestRefused } from '../errors.ts';
import type { TextKey } from '../http/views.ts';
import type { LineResult } from '../rosters/import-list.ts';
import type { RosterUpload } from '../storage/rows.ts';
import { runFile } from './import.ts';
import { type ListContext, paramsOf, type StaffPage } from './staff-page.ts';
import { ofList } from './told.ts';
import { findUpload, openUpload, settleUpload } from './uploads.ts';

const idOf = ({ ctx }: ListContext): string => paramsOf(ctx).upload ?? '';

/** Throws RequestRefused 404 for one that is over, or of somebody else. */
async function shownUpload(context: ListContext): Promise<RosterUpload> {
  const upload = await findUpload(context, idOf(context));
  if (upload) return upload;
  const texts = { title: 'staff.upload-gone-title', body: 'staff.upload-gone-body' } as const;
  const wayOn = { href: `${context.listPath}/import`, text: { key: 'page.try-again' } } as const;
  throw new RequestRefused(404, 'no-such-upload', texts, wayOn);
}

/** What a file would do to the list; and, once it was said so, what it did. */
export const upload: StaffPage<ListContext, 'staff/upload'> = {
  view: 'staff/upload',
  show: async (context) => {
    const { lines, outcomes, told, done } = await shownUpload(context);
    return {
      ...ofList(context),
      ...{ lines, outcomes, done },
      told: told.map(({ line, outcome, reason }) => ({ line, outcome, reason: reasonText(reason) })),
      importHref: `${context.listPath}/import`,
    };
  },
  submit: async (context) => {
    const row = await shownUpload(context);
    if (!row.done) {
      const file = openUpload(context, idOf(context), row);
      await settleUpload(context, idOf(context), await runFile(context, file, false));
    }
    return { kind: 'done', path: context.path };
  },
};

const reasons: Readonly<Record<string, TextKey>> = {
  nobody: 'staff.reason-nobody',
  'identity-code-and-email': 'staff.reason-two-people',
  'from-no-date': 'staff.reason-no-date',
  'to-no-date': 'staff.reason-no-date',
  'to-before-from': 'staff.reason-ends-first',
  'note-too-long': 'staff.reason-note-too-long',
  'note-control-characters': 'staff.reason-note-characters',
  'note-identity-code': 'staff.reason-note-code',
  'not-utf-8': 'staff.reason-not-utf-8',
};

/** What cannot be read as a row at all is told with one word. */
function reasonText(reason: LineResult['reason']): { readonly key: TextKey } | null {
  if (reason === null) return null;
  const known = reasons[reason];
  if (known) return { key: known };
  if (reason.startsWith('identity-code-')) return { key: 'staff.reason-code' };
  return { key: reason.startsWith('email-') ? 'staff.reason-address' : 'staff.reason-row' };
}
