import { membershipOperations } from '../accounts/membership-operations.ts';
import { termsOperations } from '../accounts/terms-operations.ts';
import { ownerOperations } from '../admin/owner/owner-operation.ts';
import { auditOperations } from '../audit/operations.ts';
import { backupOperations } from '../backup/operations.ts';
import { factorOperations } from '../factors/reset-operation.ts';
import { relinkingOperations } from '../identity/relinking-operations.ts';
import { keyOperations } from '../keys/operations.ts';
import { accountOperations } from '../lifecycle/account-operations.ts';
import { retentionOperations } from '../lifecycle/retention-operations.ts';
import { importOperations } from '../migration/operations.ts';
import { rosterOperations } from '../rosters/operations.ts';
import { signingKeyOperations } from '../signing-keys/operations.ts';
import { timelineOperations } from '../timeline/explain.ts';
import { webhookOperations } from '../webhooks/operations.ts';
import type { Operations } from './operation.ts';

/** Everything that can be asked of the store by a command, by name. */
export const operations: Operations = {
  ...importOperations,
  ...keyOperations,
  ...signingKeyOperations,
  ...relinkingOperations,
  ...termsOperations,
  ...rosterOperations,
  ...accountOperations,
  ...membershipOperations,
  ...factorOperations,
  ...retentionOperations,
  ...auditOperations,
  ...timelineOperations,
  ...backupOperations,
  ...ownerOperations,
  ...webhookOperations,
};
