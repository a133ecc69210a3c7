import type { JWK } from 'jose';
import type { Client } from '../config/schema.ts';
import type { Deps } from '../deps.ts';
import type { Pages } from '../http/pages.ts';

/** What the provider's parts are given beside what everything is given. */
export type ProviderDeps = Deps & {
  readonly clients: ReadonlyMap<string, Client>;
  readonly pages: Pages;
  readonly signingKeys: readonly JWK[];
};
