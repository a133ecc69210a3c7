import { z } from 'zod';

export const backupSchema = z.strictObject({
  recipients: z
    .array(z.string().regex(/^age1[0-9a-z]{50,}$/, 'a recipient of age, as age-keygen prints it: age1…'))
    .default([])
    .describe(
      'For whom backups are encrypted; their keys are kept elsewhere, so that no node can read its own backups',
    ),
});
