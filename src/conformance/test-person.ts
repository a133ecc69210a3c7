/** The one account of the conformance profile, made or put right at each start: nothing stands between it and a sign-in. */
import type { Account } from '../accounts/account.ts';
import { withLinkedIdentity, withPassword } from '../accounts/account-rules.ts';
import { emailFingerprint, parseEmailAddress } from '../accounts/email-address.ts';
import { newAccount } from '../accounts/new-account.ts';
import { termsInForce } from '../accounts/terms.ts';
import type { Config } from '../config/schema.ts';
import type { Deps } from '../deps.ts';
import { sealAccountPerson } from '../identity/linking.ts';
import { identityFingerprints, sealForAccount } from '../identity/national-id.ts';

/** Its individual number is of those that no real person ever gets. */
const nobody = { country: 'FI', idType: 'hetu', idValue: '131189Y902A' } as const;

type PersonDeps = Pick<Deps, 'config' | 'storage' | 'keyring' | 'passwords' | 'random' | 'clock' | 'log'>;

/** Does nothing in the other profiles, and says loudly in this one what it is for. Throws where the address is none: the configuration would have said so. */
export async function prepareTestPerson(deps: PersonDeps): Promise<void> {
  const { config, storage, keyring, clock } = deps;
  const { conformance } = config;
  const password = config.secrets.testPerson;
  if (conformance === null || password === null) return;
  deps.log.warn('THE CONFORMANCE PROFILE: FOR THE SUITE OF TESTS, NOT FOR PEOPLE');
  const parsed = parseEmailAddress(conformance.person.email);
  if (!parsed.ok) throw new Error('the test person has no usable address');
  const now = clock.now();
  const fingerprint = emailFingerprint(keyring, parsed.address);
  const hash = await deps.passwords.hash(password.reveal());
  const ready = (account: Account) => withPassword(prepared(deps, account, conformance, now), hash, now);
  const known = await storage.accounts.byEmail(fingerprint);
  const record = (account: Account) => ({
    at: now,
    event: 'account.imported' as const,
    accountId: account.id,
    clientId: null,
    journeyId: null,
    details: { source: 'conformance' },
  });
  if (known !== null) {
    await storage.accounts.update(known.id, (account) => ({
      account: ready(account),
      effects: { audit: [record(account)] },
    }));
    return;
  }
  const email = parsed.address.typed;
  const input = { email, emailFingerprint: fingerprint, locale: 'en', createdAt: now, bornIn: null } as const;
  const account = ready(newAccount(deps, input));
  await storage.accounts.create(account, { audit: [record(account)] });
}

/** Activated, identified just now, greeted, owing nothing, all terms accepted as they are today. */
function prepared(
  { config, keyring }: Pick<PersonDeps, 'config' | 'keyring'>,
  before: Account,
  { person }: NonNullable<Config['conformance']>,
  now: number,
): Account {
  const account: Account = {
    ...before,
    activatedAt: before.activatedAt ?? now,
    barredAt: null,
    deletion: null,
    pendingAddress: null,
    owedIdentification: null,
    owedCode: null,
    greetedAt: before.greetedAt ?? now,
    terms: Object.fromEntries(
      Object.keys(config.terms).flatMap((id) => {
        const version = termsInForce(config, id, now).at(-1)?.version;
        return version === undefined ? [] : [[id, { version, acceptedAt: now }]];
      }),
    ),
  };
  const { givenName, familyName, birthdate } = person;
  const names = { name: `${givenName} ${familyName}`, givenName, familyName, birthdate };
  const identity = account.identity ?? {
    country: nobody.country,
    idType: nobody.idType,
    fingerprints: identityFingerprints(keyring, nobody),
    sealedCode: sealForAccount(keyring, account, 'identity-code', nobody.idValue),
    linkedAt: now,
  };
  return withLinkedIdentity(account, identity, sealAccountPerson(keyring, account, names), now);
}
