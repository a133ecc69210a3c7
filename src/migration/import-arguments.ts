import { z } from 'zod';

/** Lower-case letters, digits, dots, dashes: it is a name for us, and goes to the audit log. */
export const sourceName = /^[a-z0-9][a-z0-9._-]{0,62}$/;

/** What is asked of the operation `import.users`; the paths are absolute. */
export const importArguments = z.strictObject({
  file: z.string(),
  format: z.enum(['csv', 'ndjson']),
  source: z.string().regex(sourceName),
  dryRun: z.boolean(),
  wrapWeak: z.boolean(),
  report: z.string().nullable(),
});
export type ImportArguments = z.infer<typeof importArguments>;
