/** Requests of all kinds, made of the description: some that fit it, some that nearly do, some that are anything. */
import fc, { type Arbitrary } from 'fast-check';
import type { Described } from './described.ts';

type Schema = Readonly<Record<string, unknown>>;

const strings = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '',
    '\u0000',
    '\ud800',
    'aino@oma.example',
    '131189Y902A',
    '2026-11-23',
    '2026-11-23T10:00:00Z',
    '..',
  ),
);

/** What fits a JSON Schema, as far as this API's schemas go; where a pattern is asked for, letters are tried. */
function fitting(schema: Schema): Arbitrary<unknown> {
  const { type, anyOf, enum: values, properties = {}, required = [] } = schema;
  const { const: only } = schema;
  if (only !== undefined) return fc.constant(only);
  if (Array.isArray(values)) return fc.constantFrom(...values);
  if (Array.isArray(anyOf)) return fc.oneof(...anyOf.map((one: Schema) => fitting(one)));
  if (type === 'null') return fc.constant(null);
  if (type === 'boolean') return fc.boolean();
  if (type === 'integer' || type === 'number') return fc.integer({ min: 1, max: 200 });
  if (type === 'object') {
    // Casts: JSON Schema says what these members are.
    const members = Object.entries(properties as Record<string, Schema>);
    const model = Object.fromEntries(members.map(([name, one]) => [name, fitting(one)]));
    return fc.record(model, { requiredKeys: (required as string[]).filter((name) => name in model) });
  }
  if (schema['format'] === 'date-time') return fc.date({ noInvalidDate: true }).map((at) => safeIso(at));
  return fc.oneof(fc.stringMatching(/^[a-z0-9-]{1,20}$/), strings);
}

const safeIso = (at: Date): string => new Date(Math.abs(at.getTime()) % 4e12).toISOString();

export type GeneratedRequest = {
  readonly target: string;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
};

const headers = fc.record(
  {
    'if-match': fc.oneof(fc.constantFrom('"1"', '*', '""', 'W/"1"'), fc.stringMatching(/^"[a-z0-9]{1,8}"$/)),
    'if-none-match': fc.constant('*'),
    'idempotency-key': fc.stringMatching(/^[a-z0-9]{1,12}$/),
    'content-type': fc.constantFrom('application/json', 'application/json', 'text/plain'),
  },
  { requiredKeys: [] },
);

/** A whole segment of a path, never one that a URL takes for another place. */
const segment = (known: string) =>
  fc.oneof(
    fc.constant(known),
    strings.filter((text) => text.isWellFormed() && !/^\.{0,2}$/.test(text)),
  );

export function requestOf(one: Described, path: string, account: string): Arbitrary<GeneratedRequest> {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const segments = fc.tuple(...names.map((name) => segment(name === 'account' ? account : 'nobody')));
  const queries = one.parameters.filter((parameter) => parameter.in === 'query');
  const query = fc.record(
    Object.fromEntries(queries.map(({ name, schema }) => [name, fc.oneof(fitting(schema).map(String), strings)])),
    { requiredKeys: [] },
  );
  const schema = one.requestBody?.content['application/json'].schema;
  const body = schema ? fc.oneof({ weight: 3, arbitrary: fitting(schema) }, fc.jsonValue()) : fc.constant(undefined);
  return fc.tuple(segments, query, body, headers).map(([found, asked, sent, said]) => {
    const target = names.reduce(
      (whole, name, at) => whole.replace(`{${name}}`, encodeURIComponent(String(found[at]))),
      path,
    );
    const search = new URLSearchParams(
      Object.entries(asked).map(([name, value]): [string, string] => [name, String(value)]),
    );
    const { 'content-type': type = 'application/json', ...rest } = said;
    return {
      target: search.size > 0 ? `${target}?${search}` : target,
      body: sent,
      headers: sent === undefined ? rest : { ...rest, 'content-type': type },
    };
  });
}
