/** The programs that are tried: one recipe each, under the recipe's name, which is also the client's id. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { preparedChromium } from '../support/browser/prepare.ts';

/** What a program can do besides signing somebody in and showing the claims. */
export type Trial = 'userinfo' | 'refresh' | 'sign-out' | 'back-channel sign-out';

export type ForeignClient = {
  readonly name: string;
  readonly port: number;
  readonly trials: readonly Trial[];
  /** The npm package, or the Debian one. */
  readonly package: { readonly npm: string } | { readonly debian: string };
  /** What else this machine must have. */
  readonly needs?: readonly ('apache' | 'authlib' | 'chromium')[];
};

export const foreignClients: readonly ForeignClient[] = [
  {
    name: 'openid-client',
    port: 3301,
    trials: ['userinfo', 'refresh', 'sign-out'],
    package: { npm: 'openid-client' },
  },
  {
    name: 'express-openid-connect',
    port: 3302,
    trials: ['userinfo', 'refresh', 'sign-out', 'back-channel sign-out'],
    package: { npm: 'express-openid-connect' },
  },
  {
    name: 'passport-openidconnect',
    port: 3303,
    trials: ['userinfo', 'sign-out'],
    package: { npm: 'passport-openidconnect' },
  },
  {
    name: 'oidc-client-ts',
    port: 3304,
    trials: ['userinfo', 'refresh', 'sign-out'],
    package: { npm: 'oidc-client-ts' },
    needs: ['chromium'],
  },
  {
    name: 'mod-auth-openidc',
    port: 3305,
    trials: ['userinfo', 'refresh', 'sign-out', 'back-channel sign-out'],
    package: { debian: 'libapache2-mod-auth-openidc' },
    needs: ['apache'],
  },
  {
    name: 'authlib',
    port: 3306,
    trials: ['userinfo', 'refresh', 'sign-out'],
    package: { debian: 'python3-authlib' },
    needs: ['authlib'],
  },
  {
    name: 'better-auth',
    port: 3307,
    trials: ['userinfo', 'refresh', 'sign-out'],
    package: { npm: 'better-auth' },
  },
];

/** Where `npm ci` puts the packages of the recipes. */
export const npmFolder = join(import.meta.dirname, 'npm');

const python = 'import authlib, flask, requests';
const searches = {
  apache: () => {
    const files = ['/usr/sbin/apache2', '/usr/lib/apache2/modules/mod_auth_openidc.so'];
    return files.every((file) => existsSync(file)) ? null : 'apache2 and libapache2-mod-auth-openidc';
  },
  authlib: () =>
    succeeds('/usr/bin/python3', '-c', python) ? null : 'python3-authlib, python3-flask, python3-requests',
  chromium: () => {
    const search = preparedChromium();
    return search !== undefined && 'missing' in search ? `a browser: ${search.missing}` : null;
  },
} as const;

/** What the machine lacks to run this program, in words; null where it can run. */
export function missing({ package: source, needs = [] }: ForeignClient): string | null {
  if ('npm' in source && !existsSync(join(npmFolder, 'node_modules', source.npm)))
    return `${source.npm} in ${npmFolder}`;
  return needs.map((need) => searches[need]()).find((lack) => lack !== null) ?? null;
}

/** As the matrix names it. A Debian version begins with that word: it differs from release to release. */
export function versionOf({ package: source }: ForeignClient): string {
  if ('debian' in source) {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own placeholder
    const version = execFileSync('dpkg-query', ['-W', '-f', '${Version}', source.debian], { encoding: 'utf8' });
    return `Debian ${version}`;
  }
  return npmVersions()[source.npm] ?? '';
}

/** What npm/package.json pins. */
export function npmVersions(): Readonly<Record<string, string>> {
  const manifest = readFileSync(join(npmFolder, 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { dependencies: Record<string, string> }).dependencies;
}

function succeeds(command: string, ...words: readonly string[]): boolean {
  try {
    execFileSync(command, words, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
