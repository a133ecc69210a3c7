/** Whether an answer is one that the description of the API names. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

type Schema = Readonly<Record<string, unknown>>;
type Response = { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> };
export type Described = {
  readonly operationId: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: Schema } } };
  readonly responses: Readonly<Record<string, Response>>;
};
export type Description = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly components: { readonly schemas: { readonly Problem: Schema } };
};

export type Answered = { readonly status: number; readonly headers: Headers; readonly body: unknown };

/** null = as described; else what is not. */
export function judge({ components }: Pick<Description, 'components'>) {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  const compiled = new Map<Schema, ValidateFunction>();
  const validating = (schema: Schema): ValidateFunction => {
    const own = '$ref' in schema ? components.schemas.Problem : schema;
    const before = compiled.get(own) ?? ajv.compile(own);
    compiled.set(own, before);
    return before;
  };
  return (described: Described, { status, headers, body }: Answered): string | null => {
    if (status >= 500) return `${described.operationId} answered ${status}: ${JSON.stringify(body)}`;
    const response = described.responses[String(status)];
    if (!response) return `${described.operationId} answered ${status}, which is not described`;
    const type = (headers.get('content-type') ?? '').split(';')[0] ?? '';
    const schema = response.content?.[type]?.schema;
    if (!schema) return `${described.operationId} answered ${type}, which is not described`;
    const validate = validating(schema);
    return validate(body) ? null : `${described.operationId} ${status}: ${ajv.errorsText(validate.errors)}`;
  };
}
