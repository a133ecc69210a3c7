/** The schemas for editors: what `config/schema/*.json` must hold. They say the shape; the rules across keys are ours. */
import { z } from 'zod';
import { brokerBaseSchema } from '../upstream/broker-config.ts';
import { clientFileSchema } from './client-schema.ts';
import { rosterFileSchema } from './roster-file.ts';
import { settingsSchema } from './settings-schema.ts';

/** File name below `config/schema/` → JSON Schema 2020-12. */
export function jsonSchemas(): Readonly<Record<string, object>> {
  // What a broker must have may stand in either of the two places.
  const shared = brokerBaseSchema.partial({ issuer: true, clientId: true });
  const file = z.string().min(1).optional().describe('A file with settings of this broker; the keys beside it win');
  const brokers = z.record(z.string(), shared.extend({ file })).optional();
  const settings = settingsSchema.extend({ brokers: brokers.describe('Identity brokers by our own name') });
  return {
    'broker.schema.json': z.toJSONSchema(shared, { io: 'input' }),
    'avain.schema.json': z.toJSONSchema(settings, { io: 'input' }),
    'client.schema.json': z.toJSONSchema(clientFileSchema, { io: 'input' }),
    'roster.schema.json': z.toJSONSchema(rosterFileSchema, { io: 'input' }),
  };
}
