/** The catalogue of errors is whole, and docs/errors.md is made of it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { catalogue, errorEntry } from '../../src/integrator/catalogue.ts';
import { findingErrors } from '../../src/integrator/finding-names.ts';
import { sourceFiles } from '../support/source-files.ts';
import { errorsPage, placeNames } from './errors-page.ts';
import { root } from './pages.ts';

const library = readFileSync(join(root, 'node_modules/oidc-provider/lib/helpers/errors.js'), 'utf8');

/** By the name of the library's class. */
function libraryCodes(): ReadonlyMap<string, string> {
  const made = [...library.matchAll(/export const (\w+) = E\('(\w+)'/g)].map(
    ([, name = '', code = '']) => [name, code] as const,
  );
  const classes = library
    .split(/^export class /m)
    .slice(1)
    .flatMap((text) => {
      const [, name = ''] = /^(\w+)/.exec(text) ?? [];
      const code = /super\((?:code \?\? )?\d+, '(\w+)'/.exec(text)?.[1];
      return code === undefined ? [] : [[name, code] as const];
    });
  return new Map([
    ...made,
    ...classes,
    ['InvalidClientMetadata', 'invalid_client_metadata'],
    ['SessionNotFound', 'invalid_request'],
  ]);
}

/** Errors of what Avain does not do. */
const neverGiven: Readonly<Record<string, string>> = {
  expired_login_hint_token: 'CIBA',
  invalid_binding_message: 'CIBA',
  invalid_user_code: 'CIBA',
  missing_user_code: 'CIBA',
  transaction_failed: 'CIBA',
  unknown_user_id: 'CIBA',
  invalid_authorization_details: 'rich authorization requests',
  invalid_credential_request: 'verifiable credentials',
  credential_request_denied: 'verifiable credentials',
  invalid_nonce: 'verifiable credentials',
  invalid_proof: 'verifiable credentials',
  unknown_credential_configuration: 'verifiable credentials',
  unknown_credential_identifier: 'verifiable credentials',
  invalid_software_statement: 'software statements',
  unapproved_software_statement: 'software statements',
  use_attestation_challenge: 'attested clients',
  use_fresh_attestation: 'attested clients',
  invalid_client_attestation: 'attested clients',
};

test('every error of the library has its entry, or belongs to what Avain does not do', () => {
  const codes = [...new Set(libraryCodes().values())];
  expect(codes.length).toBeGreaterThan(40);
  expect(codes.filter((code) => errorEntry(code) === null && !(code in neverGiven))).toEqual([]);
  expect(Object.keys(neverGiven).filter((code) => errorEntry(code) !== null || !codes.includes(code))).toEqual([]);
});

test('every error that our own code gives has its entry', () => {
  const known = libraryCodes();
  const given = sourceFiles('src')
    .filter(({ path }) => !path.startsWith('src/demo/'))
    .flatMap(({ text }) => [
      ...[...text.matchAll(/CustomOIDCProviderError\(\s*'(\w+)'/g)].map(([, code]) => code ?? ''),
      ...[...text.matchAll(/new errors\.(?!CustomOIDCProviderError)(\w+)\(/g)].map(
        ([, name = '']) => known.get(name) ?? name,
      ),
      ...[...text.matchAll(/\berror: '([a-z]+_[a-z_]+)', error_description/g)].map(([, code]) => code ?? ''),
    ]);
  expect(given.length).toBeGreaterThan(8);
  // Only a page hears of this one, which has words of its own for it (device-flow.ts).
  const inside = new Set(['code_in_use']);
  expect([...new Set(given)].filter((code) => errorEntry(code) === null && !inside.has(code))).toEqual([]);
});

test('every likely cause belongs to an error that is given, and every place has its name', () => {
  const errors = Object.values(findingErrors).filter((code) => code !== null);
  expect(errors.filter((code) => errorEntry(code) === null)).toEqual([]);
  const places = Object.values(catalogue).flatMap((entry) => entry.places);
  expect(places.filter((place) => !(place in placeNames))).toEqual([]);
});

test('docs/errors.md is made of it (AVAIN_WRITE_DOCS=1 writes it)', () => {
  const file = join(root, 'docs/errors.md');
  if (process.env['AVAIN_WRITE_DOCS']) writeFileSync(file, errorsPage());
  expect(readFileSync(file, 'utf8')).toBe(errorsPage());
});
