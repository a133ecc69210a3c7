/** An account and a journey at the page that asks for consent to linking, everything proved, over a real store in memory. */
import { randomBytes, randomInt } from 'node:crypto';
import type { Account } from '../../src/accounts/account.ts';
import { newAccount } from '../../src/accounts/new-account.ts';
import { livesSchema } from '../../src/config/policy-schema.ts';
import type { Client, Config } from '../../src/config/schema.ts';
import type { Locale } from '../../src/http/locale.ts';
import { createTexts } from '../../src/http/texts.ts';
import { consentText } from '../../src/identity/consent-text.ts';
import { type LinkingInput, linkIdentity, sealPerson } from '../../src/identity/linking.ts';
import { identityFingerprints } from '../../src/identity/national-id.ts';
import type { BrowserHash, ClientId, Fingerprint, Instant, JourneyId } from '../../src/ids.ts';
import type { Journey, LinkConsent } from '../../src/journey/journey.ts';
import { freshJourney } from '../../src/journey/journey-rules.ts';
import { createKeyring } from '../../src/secrets/sealing.ts';
import type { StrongIdentity } from '../../src/upstream/strong-identity.ts';
import { testKeys } from '../support/keyring.ts';
import { openTestStorage, testClock } from '../support/storage.ts';

const texts = createTexts();
// A cast: of a client the ceremony reads its name and where it starts.
export const client = { id: 'oima' as ClientId, startUrl: 'https://oima.example/login' } as unknown as Client;
const minuteMs = 60_000;

export async function ceremonyDeps() {
  const clock = testClock();
  const storage = await openTestStorage(clock);
  // A cast: only these parts of the configuration are read here.
  const config = { lives: livesSchema.parse({}), issuer: 'https://avain.example' } as unknown as Config;
  const random = { bytes: randomBytes, int: randomInt };
  return { clock, storage, config, random, texts, keyring: createKeyring(testKeys(7)) };
}
export type CeremonyDeps = Awaited<ReturnType<typeof ceremonyDeps>>;

export const words = (to: LinkConsent['to'], locale: Locale) => consentText(texts, to, locale);

export function identityOf(code: string): StrongIdentity {
  // A cast: what the connector adds beyond these is its own business.
  return {
    country: 'FI',
    idType: 'hetu',
    idValue: code,
    givenName: 'Testi',
    familyName: 'Henkilö',
    name: null,
    birthdate: '1990-01-01',
    level: 'substantial',
    method: 'ftn_bank',
    evidenceId: 'evidence',
  } as unknown as StrongIdentity;
}

/** Born in `journey` by its activation link a moment ago. */
export async function bornAccount(deps: CeremonyDeps, journeyId: JourneyId): Promise<Account> {
  const now = deps.clock.now();
  const name = randomBytes(6).toString('hex');
  const blank = newAccount(deps, {
    email: `${name}@oma.example`,
    emailFingerprint: `mail ${name}` as Fingerprint,
    locale: 'fi',
    createdAt: now,
    bornIn: journeyId,
  });
  const account = { ...blank, activatedAt: now, password: { format: 'argon2id', hash: name }, passwordSetAt: now };
  await deps.storage.accounts.create(account, {});
  return account;
}

/** Password, mailbox and identity proved for the account, all at once. */
export async function provedJourney(
  deps: CeremonyDeps,
  account: Account,
  code: string,
  { id = newJourneyId(), provedAt = deps.clock.now() } = {},
): Promise<Journey> {
  const browser = 'browser' as BrowserHash;
  const expiresAt = provedAt + 24 * 60 * minuteMs;
  const begun = { id, interactionUid: `uid ${id}`, clientId: client.id, browser, startedAt: provedAt, expiresAt };
  const identity = identityOf(code);
  const { level, method, evidenceId } = identity;
  const fingerprints = identityFingerprints(deps.keyring, identity);
  const journey: Journey = {
    ...freshJourney({ ...begun, email: account.email }),
    accountId: account.id,
    passwordAt: provedAt,
    mailboxAt: provedAt,
    mailboxSameBrowser: true,
    identity: { at: provedAt, fingerprints, sealed: sealPerson(deps.keyring, id, identity), level, method, evidenceId },
  };
  await deps.storage.journeys.put(id, journey, expiresAt);
  return journey;
}

export const newJourneyId = (): JourneyId => randomBytes(8).toString('hex') as JourneyId;

/** The messages of the mails that wait, oldest first. */
export async function mailsOf({ storage, clock }: CeremonyDeps): Promise<readonly string[]> {
  return (await storage.outbox.claimDue(clock.now(), 50, 1)).map(({ mail }) => mail.message);
}

const where = { program: 'Firefox', system: 'Linux', network: 'local' } as const;

/** When proofs were made, in minutes after the journey began. */
type Renewed = { readonly identity?: number; readonly password?: number; readonly mailbox?: number };

async function linking(deps: CeremonyDeps, account: Account, code: string, provedAt: Instant) {
  const journey = await provedJourney(deps, account, code, { provedAt });
  const shown = words('link', 'fi');
  const change = async (fields: Partial<Journey>): Promise<void> => {
    await deps.storage.journeys.update(journey.id, (current) => ({ value: { ...current, ...fields } }));
  };
  const after = (minutes: number) => provedAt + minutes * minuteMs - 1;
  return {
    ...deps,
    account,
    journey,
    shown,
    words,
    change,
    /** These proofs are made again, so late that they still count. */
    renew: ({ identity, password, mailbox }: Renewed) =>
      change({
        ...(identity !== undefined && journey.identity && { identity: { ...journey.identity, at: after(identity) } }),
        ...(password !== undefined && { passwordAt: after(password) }),
        ...(mailbox !== undefined && { mailboxAt: after(mailbox) }),
      }),
    link: (input: Partial<LinkingInput> = {}) =>
      linkIdentity(deps, { journey, account, client, where, sessionPasswordAt: null, shown, ...input }),
  };
}

export type Linking = Awaited<ReturnType<typeof linking>>;

export async function atLinking() {
  const deps = await ceremonyDeps();
  const provedAt = deps.clock.now();
  const code = '010190-999W';
  const account = await bornAccount(deps, newJourneyId());
  return {
    ...(await linking(deps, account, code, provedAt)),
    /** Another account and journey of the same person, proved at the same time. */
    copy: async () => linking(deps, await bornAccount(deps, newJourneyId()), code, provedAt),
    /** Another journey of the same account, in which somebody else was identified. */
    sameAccount: (otherCode: string) => linking(deps, account, otherCode, provedAt),
  };
}
