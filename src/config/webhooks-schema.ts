/** Whom Avain tells what happens to accounts and keys (docs/webhooks.md). */
import { z } from 'zod';
import { eventTypes, isMatch } from '../webhooks/vocabulary.ts';
import { isPrivateUrl } from './audit-schema.ts';
import type { Fault } from './faults.ts';
import type { Settings } from './settings-schema.ts';
import { slug, text, webUrl } from './values.ts';
import { faultAt, type Source } from './yaml-file.ts';

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

/** What would be refused at every attempt is told at the start. */
export function webhookFaults(source: Source, { profile, webhooks, outgoing }: Settings): Fault[] {
  return webhooks.flatMap(({ url }, at) => {
    const { protocol, origin } = new URL(url);
    const path = ['webhooks', at, 'url'];
    if (profile === 'production' && protocol === 'http:') return [faultAt(source, path, 'an https address')];
    if (!isPrivateUrl(url) || outgoing.allow.includes(origin)) return [];
    return [faultAt(source, path, `a public address, or ${origin} in outgoing.allow`)];
  });
}
