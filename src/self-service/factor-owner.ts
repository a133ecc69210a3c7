import type { ChangeDeps, Owner } from '../factors/change-factors.ts';
import { deviceLookOf } from '../http/device-look.ts';
import type { AccountContext } from './account-page.ts';

/** Who changes their factors, and from where. */
export function ownerOf({ account, session, client, ctx }: AccountContext): Owner {
  return { account, sessionUid: session.uid, client, look: deviceLookOf(ctx) };
}

export function changeDepsOf({ deps, ctx, account }: AccountContext): ChangeDeps {
  return { ...deps, endOtherSessions: () => deps.interactions.endOtherSessions(ctx, account.id) };
}
