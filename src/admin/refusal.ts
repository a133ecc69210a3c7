/** Why an operation is not done: the code of a problem (RFC 9457) and its status; http/problem.ts writes the answer. */

/** Each with its status and its title, which is the same every time. */
export const problems = {
  malformed: [400, 'The request is not well formed'],
  unauthenticated: [401, 'No token, or one that is not valid here'],
  'identify-again': [401, 'The strong identification of this session is missing or too old'],
  forbidden: [403, 'Your role may not do this'],
  'not-found': [404, 'There is no such thing'],
  'method-not-allowed': [405, 'This address does not answer this method'],
  'not-acceptable': [406, 'Answers are application/json'],
  conflict: [409, 'As things stand it cannot be done'],
  'under-way': [409, 'The same request is under way'],
  stale: [412, 'It has changed since you read it'],
  'too-large': [413, 'The body is too large'],
  'media-type': [415, 'The body must be application/json'],
  invalid: [422, 'What was sent does not fit the description'],
  'key-reused': [422, 'This Idempotency-Key came with another request'],
  'version-required': [428, 'Say which version you have read: If-Match'],
  'too-many': [429, 'Too many requests'],
  internal: [500, 'It failed'],
  unavailable: [503, 'Avain is too busy, or something that it needs is away'],
} as const satisfies Readonly<Record<string, readonly [status: number, title: string]>>;

export type ProblemCode = keyof typeof problems;

/** `at`: a JSON pointer, `/body/reason`; neither of the two repeats what was sent. */
export type InputFault = { readonly at: string; readonly expected: string };

/** Its detail is told to whoever asked, and repeats nothing that they sent. */
export class AdminRefused extends Error {
  override readonly name = 'AdminRefused';
  readonly code: ProblemCode;
  readonly faults: readonly InputFault[];

  constructor(code: ProblemCode, detail = '', faults: readonly InputFault[] = []) {
    super(detail);
    this.code = code;
    this.faults = faults;
  }
}
