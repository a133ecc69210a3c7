/** The language of the control socket: one JSON object a line; a request, then any number of lines, then the end. */
import { z } from 'zod';

/** A request is one line of at most this many bytes. */
export const maxRequestBytes = 65_536;

const requestSchema = z.strictObject({
  operation: z.string().max(64),
  args: z.array(z.string().max(4_096)).max(32),
});
export type ControlRequest = z.infer<typeof requestSchema>;

const answerSchema = z.union([
  z.strictObject({ line: z.string() }),
  z.strictObject({ exit: z.int(), refusal: z.string().nullable() }),
]);
export type ControlAnswer = z.infer<typeof answerSchema>;

/** null when it is none. */
export function readRequest(line: string): ControlRequest | null {
  return requestSchema.safeParse(parsed(line)).data ?? null;
}

/** null when it is none. */
export function readAnswer(line: string): ControlAnswer | null {
  return answerSchema.safeParse(parsed(line)).data ?? null;
}

export function toLine(message: ControlRequest | ControlAnswer): string {
  // Node's readline ends a line at these two as well, and JSON leaves them as they are.
  const oneLine = JSON.stringify(message).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
  return `${oneLine}\n`;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
