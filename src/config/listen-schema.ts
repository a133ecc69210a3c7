/** Where Avain listens, and with which certificate where no proxy speaks TLS for it: `listen` in avain.yaml. */
import { z } from 'zod';
import { port, text } from './values.ts';

const tls = z.strictObject({
  certificateFile: text.describe('PEM: the certificate, and those that lead to its authority; relative to this file'),
  keyFile: text.describe('PEM: its private key, relative to this file'),
});

export const listenSchema = z.strictObject({
  host: text.default('localhost').describe('Interface; 0.0.0.0 in a container'),
  port: port.default(3000),
  drainSeconds: z
    .int()
    .min(0)
    .max(300)
    .default(0)
    .describe('After SIGTERM: not ready, but still serving, until the balancer has noticed'),
  tls: tls.nullable().default(null).describe('https by Avain itself; null: a proxy in front of it speaks TLS'),
});
