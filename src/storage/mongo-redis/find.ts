import type { AccountId } from '../../ids.ts';
import { type Ask, reading } from './connection.ts';
import type { AccountDocument } from './documents.ts';
import type { Models } from './models.ts';

/** The document as it lies there, tombstones too. */
export type Find = (id: AccountId) => Promise<AccountDocument | null>;

export function createFind({ accounts }: Models, ask: Ask): Find {
  // A cast: lean documents are what was written.
  return (_id) => ask(() => accounts.findOne({ _id }, null, reading).exec() as Promise<AccountDocument | null>);
}
