/** The text of an artifact's row: `<expiresAt> <fence> <consumedAt> <createdAt> <five keys>`, a new line, the payload. */
import type { Instant } from '../../ids.ts';
import type { ArtifactIndex } from '../expiring-ports.ts';
import { readRow } from './scripts.ts';

/** Keys that a row does not have are ''. */
export type ArtifactRow = Required<ArtifactIndex> & {
  readonly payload: string;
  readonly expiresAt: Instant | null;
  /** The fence under which it was first written. */
  readonly fence: Instant;
  readonly createdAt: Instant;
  readonly consumedAt: Instant | null;
};

/** Where in the row a key stands that rows are revoked by. */
export const grantAt = 4;
export const uidAt = 5;
export const accountAt = 7;

/** Keys are words: encoded, they hold no white space. */
export const word = (key: string | undefined): string => encodeURIComponent(key ?? '');

/** What follows the instants. */
export function artifactRest({ grantId, uid, userCode, accountId, clientId }: ArtifactIndex, payload: string): string {
  return `${[grantId, uid, userCode, accountId, clientId].map(word).join(' ')}\n${payload}`;
}

/** A row that nobody has consumed yet. */
export function newArtifact(expiresAt: Instant | null, fence: Instant, createdAt: Instant, rest: string): string {
  return `${expiresAt ?? ''} ${fence}  ${createdAt} ${rest}`;
}

/** null when absent, expired, or from before the least fence. */
export function parseArtifact(stored: string | null, now: Instant, leastFence: Instant): ArtifactRow | null {
  const live = readRow(stored, now, leastFence);
  const parts = live?.rest.match(/^(\S*) (\S+) (\S*) (\S*) (\S*) (\S*) (\S*)\n(.*)$/s);
  if (!live || !parts) return null;
  const [consumedAt = '', createdAt = '', ...words] = parts.slice(1, 8);
  const [grantId = '', uid = '', userCode = '', accountId = '', clientId = ''] = words.map(decodeURIComponent);
  return {
    ...{ grantId, uid, userCode, accountId, clientId },
    payload: parts[8] ?? '',
    expiresAt: live.expiresAt,
    fence: live.fence,
    createdAt: Number(createdAt),
    consumedAt: consumedAt === '' ? null : Number(consumedAt),
  };
}
