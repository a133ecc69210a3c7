import type { z } from 'zod';
import { ConfigError, describeFault } from '../config/faults.ts';
import { OperationRefused } from '../control/operation.ts';
import type { AccountId } from '../ids.ts';
import { type AdminActor, type AdminDeps, type AdminOperation, nameOf, type Outcome } from './operation.ts';
import { AdminRefused, type InputFault } from './refusal.ts';

/** As it came from a program or a page; what is left out is empty. `seen`: AdminContext. */
export type AdminInput = {
  readonly params?: unknown;
  readonly query?: unknown;
  readonly body?: unknown;
  readonly seen?: string | null;
};

type Performed<One extends AdminOperation> = Outcome<z.output<One['output']>>;

/**
 * Does one operation, if this role may, with what fits its shapes: the only way in. Nothing of the input is looked at
 * before the role. @throws AdminRefused
 */
export async function perform<One extends AdminOperation>(
  deps: AdminDeps,
  one: One,
  actor: AdminActor,
  input: AdminInput = {},
): Promise<Performed<One>> {
  if (!one.roles.includes(actor.role)) throw new AdminRefused('forbidden');
  const parsed = parsedInput(one, input);
  if (one.guarded === 'change' && input.seen === undefined) throw new AdminRefused('version-required');
  const outcome = await refusedInWords(() => one.run({ deps, actor, seen: input.seen ?? null }, parsed));
  if (one.readsPerson) await recordReading(deps, one, actor, outcome.about ?? accountIn(parsed.params));
  // Parsed: what the description does not name does not leave, whatever the operation found.
  return { ...outcome, output: one.output.parse(outcome.output) as z.output<One['output']> };
}

const accountIn = (params: unknown): AccountId | null => {
  const { account } = params as { readonly account?: string };
  // A cast: operations look the account up by it, and refuse where there is none.
  return (account ?? null) as AccountId | null;
};

/** Before it is answered: a reading of which nobody knows has not happened. */
async function recordReading(
  { storage, clock }: AdminDeps,
  { id }: AdminOperation,
  actor: AdminActor,
  accountId: AccountId | null,
): Promise<void> {
  const common = { at: clock.now(), clientId: null, journeyId: null, actor: nameOf(actor) } as const;
  await storage.audit.append({ ...common, event: 'admin.read', accountId, details: { operation: id } });
}

// NUL and halves of surrogate pairs (security R59): no store and no page takes them as they are.
// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing it is the point
const unwanted = /\u0000|\p{Surrogate}/u;

function holdsUnwanted(value: unknown): boolean {
  if (typeof value === 'string') return unwanted.test(value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([name, inner]) => unwanted.test(name) || holdsUnwanted(inner));
}

function parsedInput<One extends AdminOperation>(one: One, input: AdminInput) {
  const part = <S extends z.ZodType>(name: 'params' | 'query' | 'body', schema: S, value: unknown): z.output<S> => {
    if (holdsUnwanted(value)) throw invalid([{ at: `/${name}`, expected: 'text without NUL and lone surrogates' }]);
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    throw invalid(parsed.error.issues.map((issue) => faultOf(name, issue)));
  };
  return {
    params: part('params', one.params, input.params ?? {}),
    query: part('query', one.query, input.query ?? {}),
    body: part('body', one.body, input.body),
  };
}

const invalid = (faults: readonly InputFault[]) => new AdminRefused('invalid', '', faults);

/** Names of unknown keys are left out: they may be anything that was sent. */
function faultOf(name: string, { path, code, message }: z.core.$ZodIssue): InputFault {
  const at = ['', name, ...path.map((step) => String(step).replaceAll('~', '~0').replaceAll('/', '~1'))].join('/');
  return { at, expected: code === 'unrecognized_keys' ? 'no keys but those of the description' : message };
}

/** What the functions that the command line calls too refuse in words of their own. */
async function refusedInWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof OperationRefused) throw new AdminRefused('conflict', error.message);
    if (error instanceof ConfigError) {
      throw new AdminRefused(
        'invalid',
        '',
        error.faults.map((fault) => ({ at: `/body/text#${fault.key}`, expected: describeFault(fault) })),
      );
    }
    throw error;
  }
}
