/** What is wrong with the configuration, in a form an operator can act on: all of it at once, never a secret's value. */
import type { z } from 'zod';

export type Fault = Readonly<{
  /** File as the operator knows it, or `environment`. */
  file: string;
  line: number | null;
  /** Dotted key or name of the variable. */
  key: string;
  found: string;
  expected: string;
}>;

/** Thrown by loadConfig: one error that lists every fault. Its message is made to be printed as it is. */
export class ConfigError extends Error {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    const head = faults.length === 1 ? '1 fault' : `${faults.length} faults`;
    super(`The configuration has ${head}:\n${faults.map((fault) => `  ${describeFault(fault)}`).join('\n')}`);
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

/** `config/avain.yaml:12: mail.smtp.port: found text, expected a whole number`. */
export function describeFault(fault: Fault): string {
  return `${describeWrong(fault)}, expected ${fault.expected}`;
}

/** The same without what is expected. */
export function describeWrong({ file, line, key, found }: Omit<Fault, 'expected'>): string {
  const place = line === null ? file : `${file}:${line}`;
  return `${place}: ${key === '' ? '' : `${key}: `}found ${found}`;
}

// A secret typed in the wrong place must not end up in a terminal or a log: of such keys only the kind is told.
const tellsSecret = /secret|password|passwd|token|key|credential|jwk/i;

/** What a value is, in words; short harmless values are shown. */
export function describeFound(value: unknown, key: string): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'an empty value';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a group of keys';
  if (typeof value !== 'string') return String(value);
  const hidden = tellsSecret.test(key) || /:\/\/[^/]*@/.test(value) || value.length > 80;
  return hidden ? 'text' : JSON.stringify(value);
}

/** What a zod issue asks for, in words. Our own schemas give the expectation as their message. */
export function describeExpected(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return kindsInWords[issue.expected] ?? `a ${issue.expected}`;
    case 'invalid_value':
      return issue.values.length === 1 ? String(issue.values[0]) : `one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return sized('at least', Number(issue.minimum), issue.origin);
    case 'too_big':
      return sized('at most', Number(issue.maximum), issue.origin);
    case 'invalid_union':
      return issue.errors.map((branch) => (branch[0] ? describeExpected(branch[0]) : 'another value')).join(', or ');
    case 'invalid_key':
      return issue.issues[0]?.message ?? 'another key';
    default:
      return issue.message;
  }
}

const kindsInWords: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of keys',
  record: 'a group of keys',
  never: 'no such key here',
};

function sized(bound: string, size: number, origin: string): string {
  if (origin === 'string')
    return size === 1 && bound === 'at least' ? 'text that is not empty' : `${bound} ${size} characters`;
  if (origin === 'array') return `a list of ${bound} ${size}`;
  return `${bound} ${size}`;
}
