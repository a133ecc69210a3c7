import type { Client } from '../config/schema.ts';
import type { Asset, Assets } from './assets.ts';

export type Themes = {
  /** The stylesheet in the colours of this client. */
  of(client: Pick<Client, 'theme'>): Asset;
  /** By its address. Those of clients that have changed meanwhile stay, for the pages that are still open. */
  at(path: string): Asset | undefined;
};

/** More than open pages can need: each change of a client's colours leaves one behind. */
const keptSheets = 500;

/** Each is made when it is first wanted. */
export function createThemes({ themed }: Pick<Assets, 'themed'>, clients: ReadonlyMap<string, Client>): Themes {
  const byTheme = new WeakMap<Client['theme'], Asset>();
  const byPath = new Map<string, Asset>();
  const of: Themes['of'] = ({ theme }) => {
    const known = byTheme.get(theme);
    if (known) return known;
    const sheet = themed(theme);
    byTheme.set(theme, sheet);
    byPath.set(sheet.path, sheet);
    for (const oldest of byPath.keys()) if (byPath.size > keptSheets) byPath.delete(oldest);
    return sheet;
  };
  return {
    of,
    at(path) {
      // Another node may have shown the client, and this one not yet.
      if (!byPath.has(path)) for (const client of clients.values()) of(client);
      return byPath.get(path);
    },
  };
}
