import { describe, expect, test } from '@jest/globals';
import { personas } from '../../src/demo/personas.ts';
import { personaTexts } from '../../src/demo/start-page/texts.ts';

const checkCharacters = '0123456789ABCDEFHJKLMNPRSTUVWXY';

describe('the personas', () => {
  test.each(personas)('$key has an identity code that is valid and nobody else’s', ({ identityCode }) => {
    const digits = identityCode.slice(0, 6) + identityCode.slice(7, 10);
    expect(checkCharacters[Number(digits) % 31]).toBe(identityCode[10]);
    expect(Number(identityCode.slice(7, 10))).toBeGreaterThanOrEqual(900);
  });

  test('kaksi is Aino at the broker, and nobody else shares a code', () => {
    const of = (key: string) => personas.find((persona) => persona.key === key);
    expect([of('kaksi')?.identityCode, of('kaksi')?.name]).toEqual([of('aino')?.identityCode, of('aino')?.name]);
    expect(new Set(personas.map(({ identityCode }) => identityCode)).size).toBe(personas.length - 1);
  });

  test('are explained in every language', () => {
    const keys = personas.map(({ key }) => key);
    expect([Object.keys(personaTexts.sv), Object.keys(personaTexts.en)]).toEqual([keys, keys]);
  });
});
