/** The schemas for editors: what `config/schema/*.json` must hold. They say the shape; the rules across keys are ours. */
import { z } from 'zod';
import { brokerConfigSchema } from '../upstream/broker-config.ts';
import { clientFileSchema } from './client-schema.ts';
import { settingsSchema } from './settings-schema.ts';

/** File name below `config/schema/` → JSON Schema 2020-12. */
export function jsonSchemas(): Readonly<Record<string, object>> {
  const brokers = z.record(z.string(), brokerConfigSchema('development')).optional();
  const settings = settingsSchema.extend({ brokers: brokers.describe('Identity brokers by our own name') });
  return {
    'avain.schema.json': z.toJSONSchema(settings, { io: 'input' }),
    'client.schema.json': z.toJSONSchema(clientFileSchema, { io: 'input' }),
  };
}
