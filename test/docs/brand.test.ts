/** brand.md: its examples are taken, and its keys are those that may be changed. */
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { brandFault } from '../../src/config/brand.ts';
import { clientFileSchema } from '../../src/config/client-schema.ts';
import { ownTextKeys } from '../../src/config/own-texts.ts';
import { block, coded, table } from './pages.ts';

const name = 'docs/brand.md';

test('the examples are taken', () => {
  const { brand } = clientFileSchema.pick({ brand: true }).parse(parse(block(name, 'yaml brand')));
  expect(brandFault(brand)).toBeNull();
  const { texts } = clientFileSchema.pick({ texts: true }).parse(parse(block(name, 'yaml words')));
  expect(Object.keys(texts)).toEqual(['sign-up.intro']);
});

test('every text that may be said differently is listed, and no other', () => {
  const told = table(name, 'key').flatMap(([cell = '']) => coded(cell));
  expect(told.sort()).toEqual([...ownTextKeys].sort());
});
