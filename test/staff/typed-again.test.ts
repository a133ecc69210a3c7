/** What staff typed wrongly is shown to them again, but for identity codes. */
import { expect, test } from '@jest/globals';
import { withoutCodes } from '../../src/staff/staff-page.ts';

test('a code typed as a note, or into an address, is not sent back to the screen; the rest is', () => {
  const typed = { note: 'Sijainen 131052-308T', person: '131052-308T@oma.example', validFrom: '1.2.2026' };
  expect(withoutCodes(typed)).toEqual({ validFrom: '1.2.2026' });
  expect(withoutCodes({ note: 'Puhelin 0401234567', person: 'aino@oma.example' })).toEqual({
    note: 'Puhelin 0401234567',
    person: 'aino@oma.example',
  });
});
