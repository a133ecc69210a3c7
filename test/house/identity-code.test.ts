/** Who may open an identity code: three places, and what a journey holds sealed of one. Whoever adds a fourth must come here. */
import { expect, test } from '@jest/globals';
import { sourceFiles, withoutComments } from '../support/source-files.ts';

const callers = (pattern: RegExp) =>
  sourceFiles('src')
    .filter(({ path, text }) => path !== 'src/identity/national-id.ts' && pattern.test(withoutComments(text)))
    .map(({ path }) => path);

const openers = ['src/accounts/claims.ts', 'src/keys/reindex.ts', 'src/lifecycle/own-identity-code.ts'];

test('only the claim that emits it, the rotation of index keys and a person’s own copy open a stored identity code', () => {
  expect(callers(/\bopenIdentityCode\b/)).toEqual(openers);
});

test.each(openers)('%s writes to the audit before it opens one', (path) => {
  const text = withoutComments(sourceFiles('src').find((file) => file.path === path)?.text ?? '');
  expect(text).toContain('audit.append(');
  if (path !== 'src/keys/reindex.ts') {
    expect(text.indexOf('audit.append(')).toBeLessThan(text.lastIndexOf('openIdentityCode('));
    return;
  }
  // The run's record stands before the first pass; opening happens inside the passes.
  expect(text.indexOf('audit.append(')).toBeLessThan(text.indexOf('passUntilDone(deps'));
});

test('what is sealed under an account’s own key is opened nowhere else', () => {
  expect(callers(/\bunwrapKey\(/)).toEqual(['src/secrets/sealing.ts']);
});

test('the person of a journey is opened by the ceremony of linking only', () => {
  expect(callers(/\.open\([^)]*'journey'\)/)).toEqual(['src/identity/linking.ts']);
});

test('the code of a roster’s entry is opened by the rotation of index keys only, and what else is sealed for rosters in its own rooms', () => {
  const named = callers(/\bopenListedCode\b/);
  expect(named).toEqual(['src/keys/reindex.ts', 'src/rosters/sealed.ts']);
  const opens = callers(/\.open\([^;]*'roster'\)/);
  expect(opens).toEqual(['src/rosters/sealed.ts', 'src/staff/search-words.ts', 'src/staff/uploads.ts']);
});
