/** What a third party asks by scope and by the `claims` parameter against what it was allowed: for all of both. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { claimsByScope } from '../../src/accounts/claims-by-scope.ts';
import {
  type Asked,
  claimNames,
  consentItemsOf,
  consentNeeded,
  decided,
  isNothing,
  mayLeaveOut,
  notGiven,
  undecided,
} from '../../src/accounts/consent.ts';
import { scopes as ownScopes } from '../../src/config/client-schema.ts';
import { readAuthorizationRequest } from '../../src/journey/authorization-request.ts';

const allClaims = Object.values(claimsByScope).flat();
const someOf = (names: readonly string[]) => fc.subarray([...names]);
const strange = fc.constantFrom('', 'admin', '__proto__', 'constructor', 'e-mail', 'sub ject');
const askedScopes = fc
  .tuple(someOf([...ownScopes, 'offline_access']), fc.array(strange, { maxLength: 2 }))
  .map((parts) => parts.flat());
/** Voluntary, essential, with a value, with values, or with what nobody knows (OpenID Connect Core 5.5.1). */
const member = fc.constantFrom(null, { essential: true }, { essential: false }, { value: 'x' }, { values: ['x'] }, {});
const place = fc.dictionary(fc.oneof(fc.constantFrom(...allClaims), strange), member, { maxKeys: 6 });
const claimsParameter = fc.record({ id_token: place, userinfo: place }, { requiredKeys: [] });
const client = fc.record({ scopes: someOf([...ownScopes, 'offline_access']), offlineAccess: fc.boolean() });
const asked: fc.Arbitrary<Asked> = fc.record({ scopes: askedScopes, claims: someOf(allClaims) });

const given = ({ scopes, claims }: Asked) => ({ scopes, claims, givenAt: 1 });
const scopeOf = (claim: string) =>
  Object.entries(claimsByScope).find(([scope, names]) => scope !== 'openid' && names.includes(claim))?.[0];

test('the claims parameter is read by its names: essential, voluntary and valued members ask for the same', () => {
  fc.assert(
    fc.property(claimsParameter, (claims) => {
      const request = readAuthorizationRequest({ client_id: 'a', scope: 'openid', claims: JSON.stringify(claims) });
      const names = [...Object.keys(claims.id_token ?? {}), ...Object.keys(claims.userinfo ?? {})];
      expect(new Set(request.claims)).toEqual(new Set(names));
      const essential = [claims.id_token, claims.userinfo].flatMap((at) =>
        Object.entries(at ?? {}).flatMap(([name, said]) =>
          said && 'essential' in said && said.essential ? [name] : [],
        ),
      );
      expect(new Set(request.essentialClaims)).toEqual(new Set(essential));
    }),
  );
});

test('nobody is asked for what the client can never have, and every claim that can be told is asked for', () => {
  fc.assert(
    fc.property(client, asked, (its, wanted) => {
      const needed = consentNeeded(its, wanted);
      expect(needed.scopes.filter((scope) => !its.scopes.includes(scope))).toEqual([]);
      expect(needed.claims.filter((claim) => !its.scopes.includes(scopeOf(claim) ?? '-'))).toEqual([]);
      const told = claimNames(needed).filter((claim) => scopeOf(claim) !== undefined);
      const items: readonly string[] = consentItemsOf(needed);
      expect(told.filter((claim) => !items.includes(scopeOf(claim) ?? ''))).toEqual([]);
    }),
  );
});

test('what was allowed is not asked again, whatever was allowed before; and nothing else counts as allowed', () => {
  fc.assert(
    fc.property(client, asked, asked, (its, before, wanted) => {
      const needed = consentNeeded(its, wanted);
      const missing = notGiven(needed, given(before));
      const after = {
        scopes: [...before.scopes, ...missing.scopes],
        claims: [...before.claims, ...missing.claims],
      };
      expect(notGiven(needed, given(after))).toEqual({ scopes: [], claims: [] });
      expect(notGiven(needed, undefined)).toEqual(needed);
      const covered = needed.claims.filter((claim) => !missing.claims.includes(claim));
      const allowed = claimNames({
        scopes: before.scopes.filter((scope) => scope !== 'openid'),
        claims: before.claims,
      });
      expect(covered.filter((claim) => !allowed.includes(claim))).toEqual([]);
    }),
  );
});

test('what is left out is not told and not asked again, until the client cannot do without; what is allowed is told', () => {
  fc.assert(
    fc.property(
      client,
      asked,
      asked,
      someOf(ownScopes),
      someOf(allClaims),
      (its, before, wanted, cleared, essential) => {
        const needed = consentNeeded(its, wanted);
        const leftOut = consentItemsOf(needed).filter(
          (item) => mayLeaveOut(item, essential) && cleared.some((one) => one === item),
        );
        const after = decided(given(before), needed, leftOut, 2);
        expect(isNothing(undecided(needed, after, essential))).toBe(true);
        const missing = notGiven(needed, after);
        const untold = [...missing.scopes, ...missing.claims.map((claim) => scopeOf(claim) ?? '')];
        expect(new Set(untold)).toEqual(new Set(leftOut));
        // As soon as one of its claims is essential.
        for (const item of leftOut) {
          const claim = allClaims.find((name) => scopeOf(name) === item) ?? '';
          const open = undecided(needed, after, [...essential, claim]);
          expect(consentItemsOf(open)).toContain(item);
        }
        // Allowed at last.
        expect(isNothing(notGiven(needed, decided(after, needed, [], 3)))).toBe(true);
        expect(decided(after, needed, [], 3).leftOut).toEqual([]);
      },
    ),
  );
});
