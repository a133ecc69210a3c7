/**
 * Secrets live in files, never in YAML and never in a variable's value. The development profile makes what is missing,
 * in `<dataDir>/secrets` (0700) with mode 0600, and marks it; production makes nothing and refuses what is missing,
 * readable by everybody, too weak, or carries that mark (ASVS 13.3.1). No fault ever tells what a file holds.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createBrokerKeys, type PrivateJwks, parseBrokerKeys } from '../upstream/ftn/keys.ts';
import type { Fault } from './faults.ts';
import { Secret } from './secret.ts';
import { exists, type FileState, readSecretFile, writeSecretFile } from './secret-file.ts';
import type { Settings } from './settings-schema.ts';
import type { Place } from './yaml-file.ts';

/** One secret that is wanted: where it is configured, where it lies, how it is made, what it must be. */
export type WantedSecret<T> = Readonly<{
  place: Place;
  path: string;
  /** null = only its owner has it, such as a mail server's password. */
  make: (() => Promise<string> | string) | null;
  /** null = not what is expected. */
  parse: (content: string) => T | null;
  expected: string;
  /** A file that cannot be read without this secret: where it exists, making a new secret would lose it for good. */
  neededBy?: string;
}>;

export type SecretContext = Readonly<{
  profile: Settings['profile'];
  /** What to do about a missing secret; `skip`: it would be made if nothing else were wrong, so it is no fault. */
  missing: 'create' | 'report' | 'skip';
  faults: Fault[];
}>;

const madeForDevelopment = "made by Avain's development profile";
const mark = `# ${madeForDevelopment}\n`;

/** The secret, or null with a fault reported. */
export async function obtainSecret<T>(wanted: WantedSecret<T>, context: SecretContext): Promise<Secret<T> | null> {
  const report = (found: string, expected: string) => {
    context.faults.push({ ...wanted.place, found, expected });
    return null;
  };
  if (context.missing !== 'report' && wanted.make && !(await exists(wanted.path))) {
    if (context.missing === 'skip') return null;
    if (wanted.neededBy !== undefined && (await exists(wanted.neededBy))) {
      return report(
        `no ${wanted.path}`,
        `the key that ${wanted.neededBy} was written with (or begin afresh: npm run demo:reset)`,
      );
    }
    await writeSecretFile(wanted.path, await wanted.make());
  }
  const file = await readSecretFile(wanted.path);
  if (file === null) {
    const madeAtStart = context.profile !== 'production' && wanted.make ? ' (the first `npm start` makes it)' : '';
    return report(`no readable file ${wanted.path}`, `${wanted.expected}${madeAtStart}`);
  }
  if (context.profile === 'production') {
    const refusal = productionRefusal(file);
    if (refusal) return report(refusal.found, refusal.expected);
  }
  const value = wanted.parse(withoutComments(file.content));
  return value === null ? report(`something else in ${wanted.path}`, wanted.expected) : new Secret(value);
}

function productionRefusal({ content, mode }: FileState): { found: string; expected: string } | null {
  if ((mode & 0o007) !== 0) {
    return {
      found: `a file open to everybody (mode ${(mode & 0o777).toString(8)})`,
      expected: 'mode 0600 (chmod 600)',
    };
  }
  if (content.includes(madeForDevelopment) || content.startsWith(developmentPrefix)) {
    return { found: 'a secret made by the development profile', expected: 'a secret of its own for production' };
  }
  return null;
}

export function withoutComments(content: string): string {
  return content.replaceAll(/^#.*$/gm, '').trim();
}

/** 32 bytes of sufficient variety from base64, as `openssl rand -base64 32` writes them; null for anything else. */
function key32(line: string): Buffer | null {
  const key = Buffer.from(line, 'base64');
  const wellFormed = /^[A-Za-z0-9+/_-]{43}=?$/.test(line) && key.length === 32;
  return wellFormed && new Set(key).size >= 16 ? key : null;
}

const make32 = () => `${mark}${randomBytes(32).toString('base64')}\n`;
const random32 = '32 random bytes in base64, as `openssl rand -base64 32` gives them';

/** Keys of 32 bytes that rotate: one a line, none twice. */
export const keyList = {
  make: make32,
  parse: (content: string): readonly Buffer[] | null => {
    const keys = linesOf(content).flatMap((line) => key32(line) ?? []);
    const distinct = new Set(keys.map((key) => key.toString('hex'))).size === keys.length;
    return keys.length > 0 && keys.length === linesOf(content).length && distinct ? keys : null;
  },
  expected: `${random32}, one key a line, in a file of mode 0600`,
};

/** One key of 32 bytes for ever. */
export const singleKey = {
  make: make32,
  parse: key32,
  expected: `${random32}, in a file of mode 0600`,
};

/** One key a line, newest first. */
export const cookieKeys = {
  make: () => `${mark}${randomBytes(32).toString('base64url')}\n`,
  parse: (content: string) => {
    const keys = linesOf(content);
    return keys.length > 0 && keys.every((key) => isStrong(key)) ? keys : null;
  },
  expected: 'one key of 32 or more random characters a line, newest first, in a file of mode 0600',
};

const developmentPrefix = 'dev_';

/** A client's secret (OpenID Connect Core 16.19 asks for enough entropy; 32 characters here). */
export const clientSecret = {
  // The file holds nothing but the secret: the demo portals read it as it is.
  make: () => `${developmentPrefix}${randomBytes(32).toString('base64url')}`,
  parse: (content: string) => (isStrong(content) && /^[\x21-\x7e]+$/.test(content) ? content : null),
  expected: 'a secret of 32 or more random characters in a file of mode 0600',
};

/** Of a receiver of webhooks, as Standard Webhooks writes secrets: one a line, and while they change there are two. */
export const webhookSecrets = {
  make: () => `${mark}whsec_${randomBytes(32).toString('base64')}\n`,
  parse: (content: string): readonly string[] | null => {
    const secrets = linesOf(withoutComments(content));
    const isSound = (secret: string) => {
      const bytes = Buffer.from(secret.slice('whsec_'.length), 'base64').length;
      return /^whsec_[A-Za-z0-9+/]+={0,2}$/.test(secret) && bytes >= 24 && bytes <= 64;
    };
    return secrets.length > 0 && secrets.every(isSound) ? secrets : null;
  },
  expected: '`whsec_` and 24 to 64 random bytes in base64, one secret a line, in a file of mode 0600',
};

/** What opens the registration of clients (RFC 7591 3): whoever has it can make clients. */
export const initialAccessToken = { ...clientSecret, expected: 'a token of 32 or more random characters, mode 0600' };

/** Of the conformance profile's one person: typed by a program, and good by every rule of passwords that there can be. */
export const testPersonPassword = {
  make: () => `Aa1-${randomBytes(18).toString('base64url')}`,
  parse: (content: string) => (content.length >= 8 && content.length <= 128 ? content : null),
  expected: 'a password of 8 to 128 characters',
};

/** Avain's private keys towards one broker. */
export const brokerKeys = {
  make: async () => brokerKeysContent(await createBrokerKeys({ now: Date.now() }), 'development'),
  parse: parseBrokerKeys,
  expected: 'a JSON Web Key Set with one private key for "sig" and another for "enc", each with its kid, mode 0600',
};

/** What a file of broker keys holds; keys made in development are marked, so that production refuses them. */
export function brokerKeysContent({ keys }: PrivateJwks, profile: SecretContext['profile']): string {
  const note = profile === 'production' ? {} : { note: madeForDevelopment };
  return `${JSON.stringify({ keys, ...note }, null, 2)}\n`;
}

/** The password of another server (mail, MongoDB, Redis): whatever that server demands. */
export const serverPassword = {
  make: null,
  parse: (content: string) => (content === '' ? null : content),
  expected: 'the password in a file of mode 0600',
};

function linesOf(content: string): string[] {
  return content
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function isStrong(secret: string): boolean {
  return secret.length >= 32 && new Set(secret).size >= 10;
}

/** Where the development profile keeps a secret, and production looks when no file is named. */
export function secretPath(dataDir: string, name: string): string {
  return join(dataDir, 'secrets', name);
}
