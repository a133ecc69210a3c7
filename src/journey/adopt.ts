/**
 * Proofs made behind a mail link in a browser that had no interaction wait, under browser and client, for that
 * browser's next request to the same client, which adopts them once within 60 minutes (decisions.md §1).
 */
import type { Deps } from '../deps.ts';
import type { BrowserHash, ClientId } from '../ids.ts';
import type { AdoptableProofs } from '../storage/rows.ts';
import type { Journey } from './journey.ts';
import { asAccount } from './journey-rules.ts';
import { saveJourney } from './save-journey.ts';

const keyOf = (browser: BrowserHash, client: ClientId): string => `${browser}|${client}`;

export async function leaveForAdoption(
  { storage, clock, config }: Pick<Deps, 'storage' | 'clock' | 'config'>,
  browser: BrowserHash,
  client: ClientId,
  proofs: AdoptableProofs,
): Promise<void> {
  const lifeMs = config.lives.mailboxProofSeconds * 1000;
  await storage.adoptions.put(keyOf(browser, client), proofs, clock.now() + lifeMs);
}

/** A look that takes nothing: most journeys begin without any. */
export async function areAdoptable(
  { storage }: Pick<Deps, 'storage'>,
  browser: BrowserHash,
  client: ClientId,
): Promise<boolean> {
  return (await storage.adoptions.get(keyOf(browser, client))) !== null;
}

/** Taken once: of two requests at the same moment one adopts. */
export async function adoptProofs(deps: Pick<Deps, 'storage'>, journey: Journey): Promise<Journey> {
  const proofs = await deps.storage.adoptions.takeOnce(keyOf(journey.browser, journey.clientId));
  if (proofs === null) return journey;
  return saveJourney(deps, journey, (current) => ({
    ...asAccount(current, proofs.accountId),
    passwordAt: proofs.passwordProvedAt,
    mailboxAt: proofs.mailboxProvedAt,
    mailboxSameBrowser: proofs.sameBrowser,
    locale: current.locale ?? proofs.locale,
  }));
}
