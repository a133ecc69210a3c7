/**
 * The owner unlinks their identity from their account. It must not become a way to take an account over: somebody with a
 * stolen password and session could unlink it and link an identity of their own. So it takes a fresh strong
 * identification with the linked identity itself (the page asks for it, this looks at it once more); whoever cannot
 * identify as that person goes by support, with four eyes (relinking.ts).
 */
import type { Account, DeviceLook } from '../accounts/account.ts';
import type { Client } from '../config/schema.ts';
import type { Deps } from '../deps.ts';
import type { BrowserHash, Instant } from '../ids.ts';
import { composeNotice } from '../notices/notice.ts';
import type { Change } from '../storage/ports.ts';

/** As if nobody had ever been identified; identification and code are owed in every browser, whatever the policy says. */
export function withoutIdentity(account: Account, at: Instant): Account {
  const owed = { since: at, rule: 'relink' } as const;
  return {
    ...account,
    identity: null,
    sealedPerson: null,
    identifiedAt: null,
    relinking: null,
    owedIdentification: owed,
    owedCode: owed,
  };
}

type UnlinkDeps = Pick<Deps, 'config' | 'storage' | 'keyring' | 'clock' | 'random'> & {
  readonly endOtherSessions: () => Promise<void>;
};

export type Unlinking = {
  readonly account: Account;
  /** When the identity was linked that the page spoke of. */
  readonly shown: Instant;
  readonly client: Client;
  readonly browser: BrowserHash;
  readonly where: DeviceLook;
};

function unlinked(deps: UnlinkDeps, account: Account, { shown, client, browser, where }: Unlinking): Change | null {
  if (account.identity?.linkedAt !== shown) return null;
  const at = deps.clock.now();
  const common = { at, accountId: account.id, clientId: client.id, journeyId: null } as const;
  const notice = { message: 'unlinked', account, client, model: { at, where, by: 'owner' } } as const;
  return {
    // This browser has just proved whose it is; of the others nobody knows.
    account: { ...withoutIdentity(account, at), devices: account.devices.filter((seen) => seen.browser === browser) },
    effects: {
      audit: [{ ...common, event: 'identity.unlinked', details: {} }],
      mails: [composeNotice(deps, notice)],
    },
  };
}

/** False where the identity is not the one the page spoke of: unlinked, or another one linked, in the meantime. */
export async function unlinkIdentity(deps: UnlinkDeps, input: Unlinking): Promise<boolean> {
  // Before as well as after: should we be killed in between, no old session outlives the link.
  await deps.endOtherSessions();
  const { outcome } = await deps.storage.accounts.update(input.account.id, (current) => unlinked(deps, current, input));
  if (outcome === 'updated') await deps.endOtherSessions();
  return outcome === 'updated';
}
