import { sha256Base64url } from '../secrets/sealing.ts';
import type { Artifacts } from '../storage/expiring-ports.ts';

/** The library's models that stand on a Grant. */
export const grantModels = ['AccessToken', 'RefreshToken', 'AuthorizationCode', 'DeviceCode'] as const;

/** The Grant goes first, so that what is just being issued on it has nothing to stand on. */
export async function revokeGrants(artifacts: Artifacts, grantIds: Iterable<string | undefined>): Promise<void> {
  const ids = [...new Set(grantIds)].filter((id) => id !== undefined);
  await Promise.all(ids.map((grantId) => artifacts.destroy('Grant', sha256Base64url(grantId))));
  await Promise.all(ids.flatMap((grantId) => grantModels.map((model) => artifacts.revokeByGrant(model, grantId))));
}
