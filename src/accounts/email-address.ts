import { domainToASCII } from 'node:url';
import type { Fingerprint } from '../ids.ts';
import type { Keyring } from '../secrets/sealing.ts';

export const maxEmailLength = 254;

export type EmailFault = 'required' | 'invalid' | 'too-long';

export type EmailAddress = {
  /** As typed, without the spaces around it: what is shown and where mail goes. */
  readonly typed: string;
  /** Lower-cased as a whole, domain in punycode; no folding of dots or plus (decisions.md §6). */
  readonly canonical: string;
};

const localPart = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const domainLabel = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** Reads an address as a person typed it: RFC 5321 dot-string with an ASCII local part and a domain of two labels or more. */
export function parseEmailAddress(
  value: string,
): { ok: true; address: EmailAddress } | { ok: false; fault: EmailFault } {
  const typed = value.trim();
  if (typed === '') return { ok: false, fault: 'required' };
  if (typed.length > maxEmailLength) return { ok: false, fault: 'too-long' };
  const at = typed.lastIndexOf('@');
  const local = typed.slice(0, at).toLowerCase();
  const domain = at < 1 ? '' : domainToASCII(typed.slice(at + 1).toLowerCase());
  const labels = domain.split('.');
  const valid =
    local.length <= 64 &&
    localPart.test(local) &&
    labels.length >= 2 &&
    labels.every((label) => domainLabel.test(label));
  if (!valid) return { ok: false, fault: 'invalid' };
  const canonical = `${local}@${domain}`;
  return canonical.length > maxEmailLength
    ? { ok: false, fault: 'too-long' }
    : { ok: true, address: { typed, canonical } };
}

/** The unique key of an address; says nothing without the master key. */
export function emailFingerprint(keyring: Pick<Keyring, 'mac'>, address: Pick<EmailAddress, 'canonical'>): Fingerprint {
  return `k1.${keyring.mac('email', address.canonical)}` as Fingerprint;
}

/** `a***@oma.example`: enough for the owner to know it, too little for anybody else. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@');
  return `${email.slice(0, 1)}***${email.slice(at)}`;
}
