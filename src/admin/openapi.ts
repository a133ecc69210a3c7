/** The description of the admin API (OpenAPI 3.1), made of the same table that the routes are made of. */
import { z } from 'zod';
import { adminApiOf } from '../config/client-admin-schema.ts';
import type { AdminOperation } from './operation.ts';
import { adminOperations } from './operations.ts';
import { type ProblemCode, problems } from './refusal.ts';

/** Without `$schema`: the dialect of OpenAPI 3.1 is said once for all. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output'): object {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, {
    io,
    target: 'draft-2020-12',
    unrepresentable: 'any',
  });
  return rest;
}

const problem = {
  type: 'object',
  required: ['type', 'title', 'status'],
  properties: {
    type: { type: 'string', description: '`urn:avain:problem:` and a code' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['at', 'expected'],
        properties: { at: { type: 'string', description: 'A JSON pointer' }, expected: { type: 'string' } },
        additionalProperties: false,
      },
    },
    reference: { type: 'string', description: 'Under which the log has more' },
  },
  additionalProperties: false,
} as const;

type Schema = Readonly<Record<string, unknown>>;

/** Of the parameters of one place, one by one. */
function parametersOf(shape: z.ZodObject, place: 'path' | 'query'): readonly Schema[] {
  return Object.entries(shape.shape).map(([name, one]) => {
    const { description, ...schema } = schemaOf(one as z.ZodType, 'input') as Schema & { description?: string };
    const isOptional = (one as z.ZodType).safeParse(undefined).success;
    return {
      name,
      in: place,
      required: place === 'path' || !isOptional,
      schema,
      ...(description !== undefined && { description }),
    };
  });
}

const text = { type: 'string' } as const;

function headersOf({ method, guarded }: AdminOperation): readonly Schema[] {
  const key = { name: 'Idempotency-Key', in: 'header', required: false, schema: { ...text, maxLength: 255 } };
  const seen = { name: 'If-Match', in: 'header', required: false, schema: text, description: 'The ETag that was read' };
  return [...(method === 'POST' ? [key] : []), ...(guarded === 'change' ? [seen] : [])];
}

/** What any operation may answer beside what it is for; those that only some may are told of those. */
function refusalsOf({ method, guarded, params }: AdminOperation): readonly ProblemCode[] {
  const always = ['malformed', 'unauthenticated', 'forbidden', 'not-acceptable', 'conflict', 'too-large'] as const;
  const named = Object.keys(params.shape).length > 0;
  return [
    ...always,
    ...(named || method !== 'GET' ? (['not-found'] as const) : []),
    ...(method === 'GET' ? [] : (['media-type'] as const)),
    'invalid',
    ...(guarded === 'change' ? (['stale', 'version-required'] as const) : []),
    ...(['too-many', 'internal', 'unavailable'] as const),
  ];
}

const problemResponse = (code: ProblemCode) => ({
  description: problems[code][1],
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});

function describeOne(one: AdminOperation): Schema {
  const { id, summary, roles, guarded, body, output } = one;
  const refusals = refusalsOf(one).map((code) => [String(problems[code][0]), problemResponse(code)] as const);
  const etag = { ETag: { description: 'The version of what was read', schema: text } };
  return {
    operationId: id,
    summary,
    description: `Roles: ${roles.join(', ')}.`,
    'x-roles': roles,
    parameters: [...parametersOf(one.params, 'path'), ...parametersOf(one.query, 'query'), ...headersOf(one)],
    ...(body instanceof z.ZodObject && {
      requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body, 'input') } } },
    }),
    responses: {
      200: {
        description: 'Done',
        ...(guarded !== null && { headers: etag }),
        content: { 'application/json': { schema: schemaOf(output, 'output') } },
      },
      ...Object.fromEntries(refusals),
    },
  };
}

export function openApi(issuer: string): Schema {
  const paths: Record<string, Record<string, Schema>> = {};
  for (const one of adminOperations) {
    const at = paths[one.path] ?? {};
    paths[one.path] = { ...at, [one.method.toLowerCase()]: describeOne(one) };
  }
  return {
    openapi: '3.1.1',
    info: { title: 'Avain admin API', version: '1' },
    servers: [{ url: adminApiOf(issuer) }],
    security: [{ token: [] }],
    paths,
    components: {
      schemas: { Problem: problem },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'An access token of Avain itself, for this resource' },
      },
    },
  };
}
