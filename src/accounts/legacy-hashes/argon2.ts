import { hashRaw } from '@node-rs/argon2';
import type { LegacyFault, LegacyHash } from './legacy-hash.ts';
import { fromUnpadded, isDigestLength, toUnpadded } from './text-codes.ts';

const maxMemoryKib = 262_144;
/** Memory times passes: about a second of one core. */
const maxWorkKib = 1_048_576;
const maxParallelism = 16;
/** OWASP's least: 7 MiB and 5 passes, or as much work in other proportions. */
const leastWorkKib = 7_168 * 5;

const shape = /^(\$argon2(id?)(?:\$v=(16|19))?\$m=(\d{1,8}),t=(\d{1,4}),p=(\d{1,3})\$([^$]{1,128})\$)([^$]{1,128})$/;
/** The library's numbers of the two algorithms (RFC 9106 section 3.1) and of the two versions. */
const algorithms: Readonly<Record<string, number>> = { i: 1, id: 2 };
const versions: Readonly<Record<string, number>> = { 16: 0, 19: 1 };

/**
 * PHC strings `$argon2i$…` and `$argon2id$…`; without `v=` it is version 1.0 (16), as the reference implementation
 * reads it. `argon2d`, key ids and associated data are refused. An argon2id hash of an earlier system stays under this
 * name, and not under our own, until its password was typed: only then do we know whether it meets our rules.
 */
export function readArgon2(hash: string): LegacyHash | LegacyFault {
  const [, settings, kind = '', version = '16', memory, passes, lanes, saltText = '', digestText = ''] =
    shape.exec(hash) ?? [];
  const salt = fromUnpadded(saltText);
  const digest = fromUnpadded(digestText);
  const [memoryCost, timeCost, parallelism] = [Number(memory), Number(passes), Number(lanes)];
  if (!settings || !salt || !digest || salt.length < 8 || !isDigestLength(digest.length)) return 'malformed';
  if (timeCost < 1 || parallelism < 1 || memoryCost < 8 * parallelism) return 'malformed';
  const work = memoryCost * timeCost;
  if (memoryCost > maxMemoryKib || work > maxWorkKib || parallelism > maxParallelism) return 'too-costly';
  const parameters = { memoryCost, timeCost, parallelism, outputLen: digest.length, salt };
  // The defaults are never used: the shape allows only the keys of the two tables.
  const options = { ...parameters, algorithm: algorithms[kind] ?? 2, version: versions[version] ?? 1 };
  return {
    digest,
    derive: (password) => hashRaw(password, options),
    weak: work < leastWorkKib,
    emptied: settings + toUnpadded(new Uint8Array(digest.length)),
  };
}
