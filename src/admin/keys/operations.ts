import { z } from 'zod';
import { rotateKeys } from '../../signing-keys/rotate.ts';
import { nameOf, operation } from '../operation.ts';
import { nothing, orderOf, reason, timeOrNever } from '../shapes.ts';

/** Revoking is for the command line: whoever does it has read docs/keys.md, and stands by. */
export const rotate = operation({
  id: 'key.rotate',
  method: 'POST',
  path: '/keys/rotate',
  summary: 'The next signing keys sign from now on; those of before stay published until what they signed is dead',
  // Whoever keeps keys answers for the whole installation.
  roles: ['operator', 'owner'],
  readsPerson: false,
  guarded: null,
  params: nothing,
  query: nothing,
  body: z.strictObject({
    reason,
    now: z
      .boolean()
      .default(false)
      .describe(
        'Also with keys that verifiers may not know yet, after an incident: some refuse tokens until they fetch them',
      ),
  }),
  output: z.strictObject({
    outcome: z.enum(['done', 'already']).describe('`already`: somebody else has rotated them at this moment'),
    signing: z.array(z.strictObject({ kid: z.string(), alg: z.string() })),
    publishedUntil: timeOrNever.describe('Of the keys of before'),
  }),
  async run({ deps, actor }, { body }) {
    const { reason: why } = orderOf(actor, body.reason, null);
    const rotated = await rotateKeys(deps, { why, actor: nameOf(actor) }, body.now);
    if (rotated === null) return { output: { outcome: 'already' as const, signing: [], publishedUntil: null } };
    const signing = rotated.signing.map(({ kid, alg }) => ({ kid, alg }));
    const publishedUntil = new Date(rotated.publishedUntil).toISOString();
    return { output: { outcome: 'done' as const, signing, publishedUntil } };
  },
});
