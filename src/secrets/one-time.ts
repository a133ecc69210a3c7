/**
 * Links sent by mail: 256 random bits, stored as SHA-256, one live link per purpose and address, spent once by a POST.
 *
 * Order of spending across the two stores (decisions.md §7): (1) claim the row for 10 s under the request's id, (2) the
 * durable change with `spends: tokenHash`, unique for ever, (3) mark the row spent. A crash after (1) frees itself; a
 * crash after (2) is seen by `isSpent`. Opening a link any number of times changes nothing.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Deps, Random } from '../deps.ts';
import type { Instant } from '../ids.ts';
import type { LinkClaim, LinkPurpose, MailLink } from '../storage/rows.ts';
import { sha256Base64url } from './sealing.ts';

export type LinkState = 'live' | 'expired' | 'used' | 'replaced' | 'invalid';
export type FoundLink = { readonly state: LinkState; readonly link: MailLink | null; readonly tokenHash: string };
export type NewLink = Omit<MailLink, 'createdAt' | 'validUntil' | 'claim' | 'spentAt' | 'spentBy' | 'replacedAt'>;

/** One request of one browser. */
export type Claimant = Pick<LinkClaim, 'requestId' | 'browser'>;

type LinkDeps = Pick<Deps, 'config' | 'storage' | 'clock' | 'random'>;

const claimMs = 10_000;
/** How long the loser of a race for a link waits for its winner, and in which steps. */
const longestWaitMs = 1_500;
const pauseMs = 30;

/** A day: whoever runs the command hands it to somebody who is at work. */
const ownerLinkSeconds = 86_400;

/** How long a link of that purpose lives, in ms. */
export function linkLifeMs({ lives }: Pick<Deps['config'], 'lives'>, purpose: LinkPurpose): number {
  const seconds = {
    activate: lives.activationLinkSeconds,
    reset: lives.resetLinkSeconds,
    'undo-address': lives.undoLinkSeconds,
    'not-me': lives.notMeLinkSeconds,
    'change-address': lives.changeAddressLinkSeconds,
    'undo-deletion': lives.deletionWaitSeconds,
    'new-mailbox': lives.changeAddressLinkSeconds,
    // Outlives the waiting time: as long as the change has not taken effect, it can be cancelled.
    'undo-mailbox': lives.lostMailboxWaitSeconds + lives.undoLinkSeconds,
    owner: ownerLinkSeconds,
  };
  return seconds[purpose] * 1000;
}

export const tokenHashOf = (token: string): string => sha256Base64url(token);

/** `token` is stored nowhere. */
export type IssuedLink = {
  readonly token: string;
  readonly tokenHash: string;
  readonly validUntil: Instant;
  /** When its row goes, days after the link is dead. */
  readonly keptUntil: Instant;
};

export const newLinkToken = (random: Random): string => random.bytes(32).toString('base64url');

/** Stores a link beside whatever others there are of the same purpose and address. */
export async function storeLink(
  deps: LinkDeps,
  link: NewLink,
  token: string = newLinkToken(deps.random),
): Promise<IssuedLink> {
  const { storage, clock, config } = deps;
  const now = clock.now();
  const tokenHash = tokenHashOf(token);
  const validUntil = now + linkLifeMs(config, link.purpose);
  const keptUntil = validUntil + config.lives.deadLinkSeconds * 1000;
  const row: MailLink = {
    ...link,
    createdAt: now,
    validUntil,
    claim: null,
    spentAt: null,
    spentBy: null,
    replacedAt: null,
  };
  await storage.links.put(tokenHash, row, keptUntil);
  return { token, tokenHash, validUntil, keptUntil };
}

/** Stores a link and outdates the one before it of the same purpose and address, or by whatever else the newest is found. */
export async function issueLink(
  deps: LinkDeps,
  link: NewLink,
  newest = `${link.purpose}|${link.emailFingerprint}`,
): Promise<IssuedLink> {
  const { storage, clock } = deps;
  const issued = await storeLink(deps, link);
  const { tokenHash, keptUntil } = issued;
  const before = await storage.newestLinks.get(newest);
  await storage.newestLinks.put(newest, { tokenHash }, keptUntil);
  if (before) await storage.links.update(before.tokenHash, (old) => ({ value: { ...old, replacedAt: clock.now() } }));
  return issued;
}

function stateOf(link: MailLink, now: Instant): LinkState {
  if (link.spentAt !== null) return 'used';
  if (link.replacedAt !== null) return 'replaced';
  return now >= link.validUntil ? 'expired' : 'live';
}

/** Reads only. A link whose durable row was written before a crash is `used`, whatever its own row says. */
export async function findLink(deps: LinkDeps, purpose: LinkPurpose, tokenHash: string): Promise<FoundLink> {
  const link = await deps.storage.links.get(tokenHash);
  if (link === null || link.purpose !== purpose) return { state: 'invalid', link: null, tokenHash };
  const state = stateOf(link, deps.clock.now());
  if (state === 'live' && link.claim !== null && (await deps.storage.accounts.isSpent(tokenHash))) {
    return { state: 'used', link: { ...link, spentBy: link.claim.browser }, tokenHash };
  }
  return { state, link, tokenHash };
}

/** Step 1: holds a live link for one request. False = another request holds it, or it died meanwhile. */
export async function claimLink(deps: LinkDeps, tokenHash: string, claimant: Claimant): Promise<boolean> {
  const now = deps.clock.now();
  const result = await deps.storage.links.update(tokenHash, (link) => {
    const held = link.claim !== null && link.claim.until > now && link.claim.requestId !== claimant.requestId;
    if (held || stateOf(link, now) !== 'live') return null;
    return { value: { ...link, claim: { ...claimant, until: now + claimMs } } };
  });
  return result?.changed === true;
}

/** For the loser of step 1: what is true of the link once its holder is done, or has been silent for too long. */
export async function settledLink(deps: LinkDeps, purpose: LinkPurpose, tokenHash: string): Promise<FoundLink> {
  const began = performance.now();
  for (;;) {
    const found = await findLink(deps, purpose, tokenHash);
    const isHeld = found.state === 'live' && found.link !== null && (found.link.claim?.until ?? 0) > deps.clock.now();
    if (!isHeld || performance.now() - began > longestWaitMs) return found;
    await sleep(pauseMs);
  }
}

/** Step 3. `spentBy` null: it is of no more use, but this browser's change was not the one that counted. */
export async function markSpent(deps: LinkDeps, tokenHash: string, spentBy: MailLink['spentBy']): Promise<void> {
  const now = deps.clock.now();
  await deps.storage.links.update(tokenHash, (link) => ({ value: { ...link, spentAt: now, spentBy } }));
}

/** A claimed link whose change could not be made (a store failed, the address was taken meanwhile) is free again at once. */
export async function releaseLink(deps: LinkDeps, tokenHash: string, requestId: string): Promise<void> {
  await deps.storage.links.update(tokenHash, (link) =>
    link.claim?.requestId === requestId ? { value: { ...link, claim: null } } : null,
  );
}
