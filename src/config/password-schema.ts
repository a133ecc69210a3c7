/** What a password must be (accounts/password-policy.ts), as the configuration may say it. */
import { z } from 'zod';
import { characterClasses } from '../accounts/password-policy.ts';

/** Code points. Below 8 nobody is safe (NIST SP 800-63B-4 §3.1.1.2), and 64 are always enough. */
export const passwordLength = z.int().min(8).max(64);

const customPolicy = z
  .strictObject({
    minLength: passwordLength,
    minLengthWithSecondFactor: passwordLength
      .nullable()
      .default(null)
      .describe('Where a second factor is asked at every sign-in; null: as minLength'),
    classes: z.array(z.enum(characterClasses)).default([]).describe('At least one of each'),
    blocklist: z.boolean().default(true).describe('Refuses common passwords, words and names'),
    personalWords: z.boolean().default(true).describe("Refuses the person's own address and name, and the service's"),
    minScore: z.int().min(0).max(4).default(2).describe('Least score of zxcvbn, 0 (whatever) to 4'),
  })
  .transform(({ minLengthWithSecondFactor, ...policy }) => ({
    ...policy,
    minLengthWithSecondFactor: minLengthWithSecondFactor ?? policy.minLength,
  }));

export const passwordPolicySchema = z
  .strictObject({
    profile: z
      .enum(['mission', 'nist', 'custom'])
      .default('mission')
      .describe('mission: 8 of four classes; nist: 15, or 8 with a second factor, no classes; custom: as below'),
    custom: customPolicy.nullable().default(null).describe('The rules of profile custom'),
  })
  .refine(({ profile, custom }) => (profile === 'custom') === (custom !== null), {
    path: ['custom'],
    error: 'the rules of profile custom, and nothing beside another profile',
  });
