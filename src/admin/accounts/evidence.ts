import { z } from 'zod';
import { documentStates, evidenceRow } from '../../accounts/terms-operations.ts';
import { operation } from '../operation.ts';
import { accountIdIn, accountParams, noBody, nothing, time } from '../shapes.ts';

/** Of an erased account, too: what was accepted is evidence for longer than the account. */
export const evidence = operation({
  id: 'terms.evidence',
  method: 'GET',
  path: '/accounts/{account}/terms',
  summary: 'Which terms were accepted with an account, when, and whether their texts are still as they were',
  // Pseudonymous: no name and no address, so the auditor may see it. Who helps people needs none of it.
  roles: ['auditor', 'operator', 'owner'],
  readsPerson: true,
  guarded: null,
  params: accountParams,
  query: nothing,
  body: noBody,
  output: z.strictObject({
    accepted: z.array(
      z.strictObject({
        acceptedAt: time,
        terms: z.string(),
        version: z.string(),
        language: z.string(),
        textHash: z.string(),
        document: z.enum(documentStates).describe('What became of the text that was accepted'),
        client: z.string(),
        account: z.string(),
        subject: z.string().nullable().describe('By which the client knows the account'),
        network: z.string().describe('Shortened'),
      }),
    ),
  }),
  async run({ deps }, { params }) {
    const found = await deps.storage.evidence.of(accountIdIn(params));
    return { output: { accepted: found.map((one) => evidenceRow(deps, one)) } };
  },
});
