import { membershipKinds } from '../accounts/memberships.ts';
import type { Rule } from './client-rules.ts';
import type { ClientFile } from './client-schema.ts';

/** Which scopes go together with which other keys: nothing is told by oversight, and no key is without effect. */
export function claimRules({ scopes, claims, roster, nationalId }: ClientFile): Rule[] {
  const { release, legalBasis } = nationalId;
  const beginnings = membershipKinds.map((kind): Rule => {
    const both = scopes.includes(kind) === claims[kind].length > 0;
    return [!both, ['claims', kind], `beginnings of names together with the scope ${kind}, nothing without`];
  });
  return [
    ...beginnings,
    [scopes.includes('county') && roster === null, ['roster'], 'a roster, whose counties the scope county tells'],
    // Data protection: no release by oversight, and never without the reason in law.
    [release && legalBasis === null, ['nationalId', 'legalBasis'], 'the legal basis on which the code is released'],
    [
      scopes.includes('national_id') !== release,
      ['nationalId', 'release'],
      'true together with the scope national_id, false without',
    ],
  ];
}
