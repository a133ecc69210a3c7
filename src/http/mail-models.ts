/** What each mail is filled with. As on pages, everything a person reads comes from views/texts by key. */
import type { Frame } from './views.ts';

/** Mails, by their files under views/mail. `…Until` and `at` are instants; hrefs are absolute. */
export type Mails = {
  activate: { readonly href: string; readonly validUntil: number };
  exists: { readonly signInHref: string };
  code: { readonly code: string; readonly validUntil: number; readonly linking: boolean };
  reset: { readonly href: string; readonly validUntil: number };
  'no-account': { readonly signInHref: string };
  'password-changed': { readonly at: number };
  linked: { readonly at: number };
  'new-device': { readonly at: number };
  mismatch: { readonly at: number };
  /** To the new address of an account. */
  'new-address': { readonly at: number };
  /** To the old one, with the link that puts it back. */
  'undo-address': { readonly maskedEmail: string; readonly href: string; readonly validUntil: number };
  /** After an undo: to the address that is back, and to the one that was taken away. */
  'address-restored': { readonly at: number; readonly signInHref: string };
  'address-removed': { readonly at: number };
  /** The identity was unlinked by support. */
  unlinked: { readonly at: number };
};
export type MailName = keyof Mails;

export type MailFrame = Pick<Frame, 'locale' | 'service'> & {
  /** The mailbox, as typed by its owner. */
  readonly to: string;
};
export type RenderedMail = { readonly subject: string; readonly html: string; readonly text: string };
