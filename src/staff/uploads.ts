import type { RosterUpload } from '../storage/rows.ts';
import type { FileReport } from './import.ts';
import type { ListContext } from './staff-page.ts';

const lifeMs = 1_800_000;

const labelOf = (id: string) => JSON.stringify(['roster-upload', id, '1']);

/** Returns the id under which the same person finds it again, for half an hour. */
export async function keepUpload(
  { deps, account, list }: ListContext,
  file: Buffer,
  report: FileReport,
): Promise<string> {
  const { storage, keyring, random, clock } = deps;
  const id = random.bytes(16).toString('base64url');
  const sealedFile = keyring.seal(file.toString('base64'), labelOf(id), 'roster');
  const { roster, county } = list;
  const upload: RosterUpload = { roster, county, accountId: account.id, sealedFile, ...report, done: false };
  await storage.rosterUploads.put(id, upload, clock.now() + lifeMs);
  return id;
}

/** null = there is none, or it is of somebody else or another list. */
export async function findUpload({ deps, account, list }: ListContext, id: string): Promise<RosterUpload | null> {
  const upload = await deps.storage.rosterUploads.get(id);
  const isTheirs = upload?.accountId === account.id && upload.roster === list.roster && upload.county === list.county;
  return isTheirs ? upload : null;
}

/** Throws SealBroken. */
export function openUpload({ deps }: ListContext, id: string, { sealedFile }: RosterUpload): Buffer {
  return Buffer.from(deps.keyring.open(sealedFile, labelOf(id), 'roster'), 'base64');
}

/** What was done with it is told from now on, and its file is gone. Of two that did it at once the first is told. */
export async function settleUpload({ deps }: ListContext, id: string, report: FileReport): Promise<void> {
  await deps.storage.rosterUploads.update(id, (upload) =>
    upload.done ? null : { value: { ...upload, ...report, sealedFile: '', done: true } },
  );
}
