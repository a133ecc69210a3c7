/** Logos of clients as files of ours: under the hash of their content, with a policy that lets them do nothing. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Client } from '../config/schema.ts';
import type { Asset } from './assets.ts';

type LogoFile = NonNullable<Client['brand']['logo']>;

/** Addresses of one client's logo. */
export type LogoLook = { readonly src: string; readonly darkSrc: string | null };

export type Logos = {
  /** null = the client has none, or its file cannot be read any more: then its name stands there. */
  of(client: Pick<Client, 'brand'>): LogoLook | null;
  at(path: string): Asset | undefined;
};

/**
 * A logo is somebody else's file on our origin. In an `img` it can run nothing; this is for who opens it by itself
 * (config/logo.ts has refused what is active, as far as one can see).
 */
const policy = "default-src 'none';style-src 'unsafe-inline';sandbox;base-uri 'none';frame-ancestors 'none'";

const png = Buffer.from([0x89, 0x50, 0x4e, 0x47]);

function read(file: string): Asset | null {
  try {
    const body = readFileSync(file);
    const isPng = body.subarray(0, png.length).equals(png);
    const hash = createHash('sha256').update(body).digest('hex').slice(0, 16);
    const type = isPng ? 'image/png' : 'image/svg+xml';
    return { path: `/assets/logo-${hash}.${isPng ? 'png' : 'svg'}`, type, body, policy };
  } catch {
    // It was there when the configuration was checked; a page without its picture is better than none.
    return null;
  }
}

/** Each is read when it is first wanted, and again when its client has been read again. */
export function createLogos(clients: ReadonlyMap<string, Client>): Logos {
  const looks = new WeakMap<LogoFile, LogoLook | null>();
  const byPath = new Map<string, Asset>();
  const kept = (file: string | null): string | null => {
    const asset = file === null ? null : read(file);
    if (asset) byPath.set(asset.path, asset);
    return asset?.path ?? null;
  };
  const of: Logos['of'] = ({ brand: { logo } }) => {
    if (logo === null) return null;
    const known = looks.get(logo);
    if (known !== undefined) return known;
    const src = kept(logo.file);
    const look = src === null ? null : { src, darkSrc: kept(logo.darkFile) };
    looks.set(logo, look);
    return look;
  };
  return {
    of,
    at(path) {
      // Another node may have shown the page that asks, or this one before it was restarted.
      if (!byPath.has(path)) for (const client of clients.values()) of(client);
      return byPath.get(path);
    },
  };
}
