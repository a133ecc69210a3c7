/**
 * Rate limits by name (decisions.md §3). All count first, in one atomic `hit`. Persons stand in the keys as fingerprints
 * and random ids only, unknown addresses like known ones; networks stand as they are, for an hour at most.
 * Delay, never lock-out by a stranger.
 */
import type { Config } from '../config/schema.ts';
import type { Clock } from '../deps.ts';
import type { AccountId, BrowserHash, Fingerprint } from '../ids.ts';
import type { RateLimits } from '../storage/expiring-ports.ts';

const secondMs = 1_000;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

export type LimitDeps = {
  readonly config: Pick<Config, 'limits'>;
  readonly storage: { readonly limits: RateLimits };
  readonly clock: Clock;
};

/** How long until the next try, in seconds; null = go on. */
export type Wait = number | null;

const until = (resetsAt: number, now: number): number => Math.max(1, Math.ceil((resetsAt - now) / secondMs));

async function over({ storage, clock }: LimitDeps, key: string, windowMs: number, most: number): Promise<Wait> {
  const hit = await storage.limits.hit(key, windowMs);
  return hit.count > most ? until(hit.resetsAt, clock.now()) : null;
}

export type MailKind = 'activate' | 'reset' | 'change-address' | 'new-mailbox' | 'code';

/** Mails that somebody asked for: one a minute, some an hour and a day per address and kind, some an hour per network. */
export async function mailWait(deps: LimitDeps, kind: MailKind, to: Fingerprint, network: string): Promise<Wait> {
  const { intervalSeconds, perAddressPerHour, perAddressPerDay, perNetworkPerHour } = deps.config.limits.mail;
  const key = `mail|${kind}|${to}`;
  // Looked at before anything is counted: what a network may not ask for must not use up what an address may.
  const used = await deps.storage.limits.peek(`mail|network|${network}`);
  if (used.count >= perNetworkPerHour) return until(used.resetsAt, deps.clock.now());
  return (
    (await over(deps, `${key}|interval`, intervalSeconds * secondMs, 1)) ??
    (await over(deps, `${key}|hour`, hourMs, perAddressPerHour)) ??
    (await over(deps, `${key}|day`, dayMs, perAddressPerDay)) ??
    (await over(deps, `mail|network|${network}`, hourMs, perNetworkPerHour))
  );
}

/** Seconds left of the one-minute interval between two mails; null = none is under way. */
export async function mailInterval({ storage, clock }: LimitDeps, kind: MailKind, to: Fingerprint): Promise<Wait> {
  const hit = await storage.limits.peek(`mail|${kind}|${to}|interval`);
  return hit.count > 0 ? until(hit.resetsAt, clock.now()) : null;
}

export type PasswordTry = {
  readonly address: Fingerprint;
  readonly network: string;
  readonly knownDevice: { account: AccountId; browser: BrowserHash } | null;
};

function delayMs(deps: LimitDeps, wrong: number): number {
  const { wrongBeforeDelay, firstDelaySeconds, longestDelaySeconds } = deps.config.limits.passwords;
  const doubled = firstDelaySeconds * 2 ** Math.max(0, wrong - wrongBeforeDelay);
  return Math.min(doubled, longestDelaySeconds) * secondMs;
}

/** Tries in a row and the delay after them, by which the timeline looks at both without counting. */
export const passwordKeys = (address: Fingerprint) =>
  ({ delay: `password|delay|${address}`, tries: `password|tries|${address}` }) as const;

/**
 * Counts a password about to be tried and says how long it must wait instead. The delay is keyed by the address's MAC;
 * a device known to the account has ten tries of its own, so a stranger's failures only slow strangers.
 */
export async function passwordWait(deps: LimitDeps, attempt: PasswordTry): Promise<Wait> {
  const { limits } = deps.storage;
  const { passwords } = deps.config.limits;
  const now = deps.clock.now();
  const keys = passwordKeys(attempt.address);
  const { account = '', browser = '' } = attempt.knownDevice ?? {};
  const [network, own] = await Promise.all([
    limits.peek(`password|network|${attempt.network}`),
    attempt.knownDevice && limits.hit(`password|device|${account}|${browser}`, hourMs),
  ]);
  if (network.count >= passwords.perNetworkPer10Minutes) return until(network.resetsAt, now);
  if (own && own.count <= passwords.perKnownDevice) return null;
  const delay = await limits.peek(keys.delay);
  if (delay.count > 0) return until(delay.resetsAt, now);
  const tries = await limits.hit(keys.tries, dayMs);
  if (tries.count > passwords.consecutivePerAccount) return until(tries.resetsAt, now);
  if (tries.count < passwords.wrongBeforeDelay) return null;
  // Opened before the verdict: of many parallel tries only the one that opened the delay goes on.
  const opened = await limits.hit(keys.delay, delayMs(deps, tries.count));
  return opened.count > 1 ? until(opened.resetsAt, now) : null;
}

export async function passwordWasWrong({ storage }: LimitDeps, attempt: PasswordTry): Promise<void> {
  await storage.limits.hit(`password|network|${attempt.network}`, 10 * minuteMs);
}

/**
 * Whether a refusal during a delay is still worth a record: each of them costs its sender nothing, so without a bound a
 * stranger could fill the disk. As many as wrong passwords are allowed in the same time.
 */
export async function delayedWorthARecord({ config, storage }: LimitDeps, attempt: PasswordTry): Promise<boolean> {
  const hit = await storage.limits.hit(`password|delayed|${attempt.network}`, 10 * minuteMs);
  return hit.count <= config.limits.passwords.perNetworkPer10Minutes;
}

/** Far more than anybody needs to find a password that is good enough; each one looked up takes milliseconds of the one thread. */
const choicesPer10Minutes = 30;

/** `scope`: the link or the account that a new password is chosen for. */
export function choiceWait(deps: LimitDeps, scope: string): Promise<Wait> {
  return over(deps, `password|choice|${scope}`, 10 * minuteMs, choicesPer10Minutes);
}

/** A proof of the password, or a new one by mail, ends the row of failures. */
export async function forgetWrongPasswords(
  { storage }: LimitDeps,
  attempt: Omit<PasswordTry, 'network'>,
): Promise<void> {
  const device = attempt.knownDevice;
  await Promise.all([
    storage.limits.forget(passwordKeys(attempt.address).tries),
    storage.limits.forget(passwordKeys(attempt.address).delay),
    device && storage.limits.forget(`password|device|${device.account}|${device.browser}`),
  ]);
}

/** Wrong codes are summed per account over all challenges (security R43). */
export async function wrongCodesWait({ config, storage, clock }: LimitDeps, account: AccountId): Promise<Wait> {
  const wrong = await storage.limits.peek(`code|wrong|${account}`);
  return wrong.count >= config.limits.codes.wrongPerAccountPerDay ? until(wrong.resetsAt, clock.now()) : null;
}

/** True for the one wrong code, of any number at once, that ends the tries of the day. */
export async function codeWasWrong({ config, storage }: LimitDeps, account: AccountId): Promise<boolean> {
  const wrong = await storage.limits.hit(`code|wrong|${account}`, dayMs);
  return wrong.count === config.limits.codes.wrongPerAccountPerDay;
}

export function strongAuthWait(deps: LimitDeps, account: AccountId): Promise<Wait> {
  return over(deps, `strong-auth|${account}`, hourMs, deps.config.limits.strongIdentification.startsPerAccountPerHour);
}

/** Visits to the bank by somebody who has proved nothing yet; by the network too, for a cookie is easily dropped. */
export async function findAccountWait(deps: LimitDeps, browser: BrowserHash, network: string): Promise<Wait> {
  const { findingsPerBrowserPerHour, findingsPerNetworkPerHour } = deps.config.limits.strongIdentification;
  return (
    (await over(deps, `find-account|browser|${browser}`, hourMs, findingsPerBrowserPerHour)) ??
    (await over(deps, `find-account|network|${network}`, hourMs, findingsPerNetworkPerHour))
  );
}

/** Feedback to support: who writes it has proved nothing, so only the network counts. */
export function feedbackWait(deps: LimitDeps, network: string): Promise<Wait> {
  return over(deps, `feedback|${network}`, hourMs, deps.config.limits.mail.feedbackPerNetworkPerHour);
}

export function linkWait(deps: LimitDeps, network: string): Promise<Wait> {
  return over(deps, `link|${network}`, minuteMs, deps.config.limits.links.openedPerNetworkPerMinute);
}

/** Counted only for requests that are well formed enough to begin an interaction. */
export async function interactionWait(deps: LimitDeps, browser: BrowserHash, network: string): Promise<Wait> {
  const { openPerBrowser, startedPerNetworkPerHour } = deps.config.limits.interactions;
  // Side by side: whoever is over the one could be over the other as well by dropping its cookie.
  const [ofBrowser, ofNetwork] = await Promise.all([
    over(deps, `interaction|browser|${browser}`, hourMs, openPerBrowser),
    over(deps, `interaction|network|${network}`, hourMs, startedPerNetworkPerHour),
  ]);
  return ofBrowser ?? ofNetwork;
}

/**
 * A device's code has 34 bits and lives a quarter of an hour: with so few tries nobody finds one (RFC 8628 5.1). Whoever means
 * it honestly needs two for a device, its code and the confirmation.
 */
const userCodeTries = { perBrowser: 20, perNetwork: 100, windowMs: 10 * minuteMs };

/** Counts a code about to be looked up, right or wrong: of any number at once no more are looked at than are allowed. */
export async function userCodeWait(deps: LimitDeps, browser: BrowserHash, network: string): Promise<Wait> {
  const { perBrowser, perNetwork, windowMs } = userCodeTries;
  // Side by side: whoever is over the one could be over the other as well by dropping its cookie.
  const [ofBrowser, ofNetwork] = await Promise.all([
    over(deps, `user-code|browser|${browser}`, windowMs, perBrowser),
    over(deps, `user-code|network|${network}`, windowMs, perNetwork),
  ]);
  return ofBrowser ?? ofNetwork;
}
