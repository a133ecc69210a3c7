/**
 * What only the conformance profile does (docs/conformance.md): it lets the OpenID Foundation's suite try a real build, and
 * for that it gives up protections that people need. So it never touches a store that people use, nor they its store.
 *
 * own-store.ts: the two never meet. test-person.ts: the one account there is. prepare.ts: certificate, clients and the suite's
 * own configuration (suite.ts), made before the first start.
 * May import config/ and the modules of accounts and storage; of the house only main.ts and cli/ import it.
 */
import { CannotStart } from '../cannot-start.ts';
import type { Config } from '../config/schema.ts';
import type { Storage } from '../storage/ports.ts';

const mark = 'profile';
const conformance = 'conformance';

/** Throws CannotStart where the store belongs to the other kind of profile; an empty one becomes what this one needs. */
export async function admitProfile(
  { accounts, marks }: Pick<Storage, 'accounts' | 'marks'>,
  { profile, dataDir }: Pick<Config, 'profile' | 'dataDir'>,
): Promise<void> {
  const owned = (await marks.get(mark)) === conformance;
  if (owned === (profile === conformance)) return;
  if (owned)
    throw new CannotStart(`${dataDir} belongs to the conformance profile, which is not for people: use another.`);
  if ((await accounts.scan(null, 1)).length > 0)
    throw new CannotStart(`The conformance profile is not for people, and ${dataDir} has accounts: use another.`);
  await marks.put(mark, conformance);
}
