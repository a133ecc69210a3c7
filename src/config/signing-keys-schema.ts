/** How the keys that sign tokens take turns (docs/keys.md). */
import { z } from 'zod';
import type { Fault } from './faults.ts';
import type { Settings } from './settings-schema.ts';
import { seconds } from './values.ts';
import { faultAt, type Source } from './yaml-file.ts';

const day = 86_400;

export const signingKeysSchema = z.strictObject({
  rotateSeconds: seconds(90 * day).describe('So long a key signs; then the next one, which is published already'),
  publishSeconds: seconds(day).describe('So long a key is published at least before it signs'),
  retireSeconds: seconds(3600).describe('So long it is still published after it signed last'),
  jwksCacheSeconds: seconds(900).describe('How long verifiers may keep what /jwks told them: its Cache-Control'),
});

/** Between keys: nobody may meet a signature before its key, or after it. */
export function signingKeyFaults(source: Source, { signingKeys, lives, resources }: Settings): Fault[] {
  const { rotateSeconds, publishSeconds, retireSeconds, jwksCacheSeconds } = signingKeys;
  const longest = Math.max(lives.idTokenSeconds, ...Object.values(resources).map(({ minutes }) => minutes * 60));
  const rules: readonly (readonly [broken: boolean, key: string, expected: string])[] = [
    [publishSeconds < 2 * jwksCacheSeconds, 'publishSeconds', 'at least twice jwksCacheSeconds'],
    [retireSeconds < longest, 'retireSeconds', `at least ${longest}, the longest life of what is signed`],
    [
      rotateSeconds < publishSeconds + retireSeconds,
      'rotateSeconds',
      'at least publishSeconds and retireSeconds together',
    ],
  ];
  return rules.filter(([broken]) => broken).map(([, key, expected]) => faultAt(source, ['signingKeys', key], expected));
}
