/** How long what is stored about people is kept when nobody asks for anything else (docs/operate.md, "How long things are kept"). */
import { z } from 'zod';

const days = z.int().min(1);

export const retentionSchema = z
  .strictObject({
    accounts: z
      .strictObject({
        dormantNoticeAfterDays: days
          .nullable()
          .default(730)
          .describe('So long after the last sign-in the owner is mailed; null: accounts are kept for ever'),
        importedUnusedDays: days
          .nullable()
          .default(null)
          .describe('The same for imported accounts that nobody ever activated, from the import on; null: never'),
        erasedAfterNoticeDays: days.default(30).describe('Erased so long after that mail, unless somebody signs in'),
      })
      .prefault({}),
    evidenceYears: z.int().min(1).default(10).describe('Who accepted which terms; never less than the account itself'),
    auditDays: days.default(730).describe('What happened: ids and codes'),
    activityShownDays: days.default(90).describe('As much of it is shown to the owner'),
    mailLogDays: days.default(30).describe('That a mail was sent: its kind and time, after its content is gone'),
    everyHours: z.int().min(1).max(168).default(6).describe('How often all of this is applied'),
  })
  .refine(({ auditDays, activityShownDays }) => auditDays >= activityShownDays, {
    path: ['auditDays'],
    error: 'at least activityShownDays: what is removed cannot be shown',
  });
