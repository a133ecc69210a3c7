/** Whom Avain tells what happens to accounts and keys (docs/webhooks.md). */
import { z } from 'zod';
import { eventTypes, isMatch } from '../webhooks/vocabulary.ts';
import type { Secrets } from './schema.ts';
import { obtainSecret, type SecretContext, secretPath, webhookSecrets } from './secrets.ts';
import type { Settings } from './settings-schema.ts';
import { slug, text, webUrl } from './values.ts';
import type { Source } from './yaml-file.ts';

const pattern = z.string().refine((one) => eventTypes.some((type) => isMatch(one, type)), {
  error: 'an event of docs/webhooks.md, account.* or *',
});

export const webhooksSchema = z
  .array(
    z.strictObject({
      name: slug.describe('Keeps how far it has come: another name begins now'),
      url: webUrl.describe('Gets each message by POST'),
      events: z.array(pattern).min(1),
      secretFile: text
        .nullable()
        .default(null)
        .describe('One whsec_… a line, each of them signs; default <dataDir>/secrets/webhook-<name>'),
      clientId: text.nullable().default(null).describe('Only about accounts that use it, as the subject it knows'),
    }),
  )
  .max(20)
  .refine((endpoints) => new Set(endpoints.map(({ name }) => name)).size === endpoints.length, {
    error: 'each name once',
  });

/** Where each endpoint's secrets lie, by its name; what is wrong with one is reported. */
export async function webhookSecretFiles(
  source: Source,
  { dataDir, webhooks }: Pick<Settings, 'dataDir' | 'webhooks'>,
  context: SecretContext,
): Promise<Secrets['webhookSecretFiles']> {
  const check = async ({ name, secretFile }: Settings['webhooks'][number], at: number) => {
    const path = secretFile ?? secretPath(dataDir, `webhook-${name}`);
    await obtainSecret({ ...webhookSecrets, place: source.placeOf(['webhooks', at, 'secretFile']), path }, context);
    return [name, path] as const;
  };
  return Object.fromEntries(await Promise.all(webhooks.map(check)));
}
