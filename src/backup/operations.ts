import { z } from 'zod';
import { OperationRefused, type Operations } from '../control/operation.ts';

/** Kept as one mark: the last backup that was taken whole. For those who watch that there is one. */
export const lastBackupMark = 'backup';

const taken = z.strictObject({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.int().positive(),
  rows: z.int().min(0),
  beganAt: z.int().positive(),
});

/** What the command that takes a backup asks of the Avain that runs: everything that is stored was read by somebody. */
export const backupOperations: Operations = {
  'backup.taken': async ({ storage, clock }, [told = '']) => {
    const { success, data } = taken.safeParse(JSON.parse(told));
    if (!success) throw new OperationRefused('Is the command of the same version?');
    const { beganAt, ...rest } = data;
    const details = { ...rest, beganAt: new Date(beganAt).toISOString() };
    const nobody = { accountId: null, clientId: null, journeyId: null };
    await storage.audit.append({
      at: clock.now(),
      event: 'backup.taken',
      ...nobody,
      actor: 'operator:avain backup',
      details,
    });
    await storage.marks.put(lastBackupMark, JSON.stringify(data));
    return 0;
  },
};
