import { z } from 'zod';
import { text } from './values.ts';

const endpoint = z.url({ protocol: /^https?$/, error: 'an http or https address' });

/** The standard variables of OpenTelemetry, as keys of ours too; what is not here (headers, time limits) is read by its exporter. */
export const tracingSchema = z.strictObject({
  endpoint: endpoint
    .nullable()
    .default(null)
    .describe('OTLP over HTTP; `/v1/traces` is put behind it. null: no traces'),
  tracesEndpoint: endpoint.nullable().default(null).describe('The whole address, where it is another'),
  disabled: z.boolean().default(false),
  serviceName: text.default('avain'),
  sampler: z
    .enum([
      'always_on',
      'always_off',
      'traceidratio',
      'parentbased_always_on',
      'parentbased_always_off',
      'parentbased_traceidratio',
    ])
    .default('parentbased_always_on'),
  samplerShare: z.number().min(0).max(1).default(1).describe('Of all traces, for traceidratio'),
});
