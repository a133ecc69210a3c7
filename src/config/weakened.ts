/** What production refuses since it would break a promise that the documents make (docs/security.md). */
import { relative } from 'node:path';
import type { Fault } from './faults.ts';
import type { FinishedSettings } from './profile.ts';
import { faultAt, type KeyPath, type Source } from './yaml-file.ts';

type Rule = readonly [broken: boolean, path: KeyPath, expected: string];

/** Longer than any token of a service lives: whoever uses a service by it has no sign-in to show. */
const leastDormantDays = 180;

/** OWASP Password Storage: for so many KiB so many passes at least; more memory needs fewer. */
const leastPasses: readonly (readonly [memoryKib: number, passes: number])[] = [
  [47_104, 1],
  [19_456, 2],
  [12_288, 3],
  [9_216, 4],
  [7_168, 5],
];

/** Longer lives and more tries than the levels of assurance and the limits of guessing stand on (decisions.md §2, §3). */
const most: readonly (readonly [group: 'lives' | 'codes' | 'passwords', key: string, most: number])[] = [
  ['lives', 'authorizationCodeSeconds', 60],
  ['lives', 'emailedCodeSeconds', 600],
  ['lives', 'resetLinkSeconds', 3600],
  ['lives', 'passwordProofSeconds', 3600],
  ['lives', 'mailboxProofSeconds', 3600],
  ['lives', 'identityProofSeconds', 1800],
  ['codes', 'wrongPerChallenge', 5],
  ['codes', 'wrongPerAccountPerDay', 100],
  ['passwords', 'consecutivePerAccount', 100],
];

/** People must have had a fair chance to keep what they have; records must reach as far as questions do. */
function hastyRetention({ retention, lives }: FinishedSettings): readonly Rule[] {
  const { dormantNoticeAfterDays, importedUnusedDays, erasedAfterNoticeDays } = retention.accounts;
  const tooSoon = (days: number | null) => days !== null && days < leastDormantDays;
  const accounts = (key: string): KeyPath => ['retention', 'accounts', key];
  return [
    [tooSoon(dormantNoticeAfterDays), accounts('dormantNoticeAfterDays'), `at least ${leastDormantDays}, or null`],
    [tooSoon(importedUnusedDays), accounts('importedUnusedDays'), `at least ${leastDormantDays}, or null`],
    [erasedAfterNoticeDays < 14, accounts('erasedAfterNoticeDays'), 'at least 14'],
    [retention.auditDays < 90, ['retention', 'auditDays'], 'at least 90'],
    [lives.deletionWaitSeconds < 259_200, ['lives', 'deletionWaitSeconds'], 'at least 259200 (3 days)'],
  ];
}

/** A key on the same disk, in the same backup, as what it seals protects nothing. */
function liesBeside(dataDir: string, file: string | null): boolean {
  return file !== null && !relative(dataDir, file).startsWith('..');
}

/** The faults of settings that are well formed, each with the key and what would do. */
export function weakenings(source: Source, settings: FinishedSettings): Fault[] {
  const { acr, passwords, lives, limits, secrets, dataDir } = settings;
  const { memoryKib, passes } = passwords.argon2;
  const [, needed = 5] = leastPasses.find(([least]) => memoryKib >= least) ?? [];
  const groups = { lives: ['lives'], codes: ['limits', 'codes'], passwords: ['limits', 'passwords'] } as const;
  const values: Readonly<Record<keyof typeof groups, object>> = {
    lives,
    codes: limits.codes,
    passwords: limits.passwords,
  };
  const rules: readonly Rule[] = [
    ...hastyRetention(settings),
    [passes < needed, ['passwords', 'argon2'], `${memoryKib} KiB with ${needed} passes or more`],
    // One name for two levels would tell a password as an identification (security R13, R25).
    [new Set(Object.values(acr)).size < 3, ['acr'], 'three different names'],
    ...most.map(
      ([group, key, limit]) =>
        [Number(Reflect.get(values[group], key)) > limit, [...groups[group], key], `at most ${limit}`] as const,
    ),
    ...(['masterKeyFile', 'identityIndexKeyFile', 'lookupKeyFile'] as const).map(
      (key) => [liesBeside(dataDir, secrets[key]), ['secrets', key], 'a file outside the data folder'] as const,
    ),
  ];
  return rules.filter(([broken]) => broken).map(([, path, expected]) => faultAt(source, path, expected));
}
