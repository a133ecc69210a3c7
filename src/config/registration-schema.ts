/** Clients that register themselves (RFC 7591) and change what they said (RFC 7592): `registration` in avain.yaml. */
import { z } from 'zod';
import { text } from './values.ts';

/** What a client can be allowed without anybody having thought about it: codes, rosters and memberships need a file. */
export const plainScopes = ['openid', 'email', 'profile', 'birthdate', 'age_over_18'] as const;

export const registrationSchema = z
  .strictObject({
    enabled: z.boolean().default(false).describe('Whoever has the initial access token may register clients'),
    management: z
      .boolean()
      .default(false)
      .describe('Such a client may read, change and delete its registration (RFC 7592)'),
    most: z
      .int()
      .min(1)
      .default(100)
      .describe('So many clients may be registered in this way; one more is refused until one is removed'),
    initialAccessTokenFile: text
      .nullable()
      .default(null)
      .describe('Relative to this file; default <dataDir>/secrets/initial-access-token'),
    scopes: z
      .array(z.enum(plainScopes))
      .default(['openid', 'email', 'profile'])
      .describe('What such a client may ask for; a person is asked for consent all the same'),
  })
  .refine(({ enabled, management }) => enabled || !management, {
    path: ['management'],
    error: 'false where enabled is false',
  });
