/** What each mail is filled with. As on pages, everything a person reads comes from views/texts by key. */
import type { DeviceLook } from '../accounts/account.ts';
import type { Frame } from './views.ts';

/** A notice of security: when it happened, from where (null: by no browser), and the link «En tehnyt tätä». */
export type NoticeModel = { readonly at: number; readonly where: DeviceLook | null; readonly notMeHref: string };

/** Mails, by their files under views/mail. `…Until` and `at` are instants; hrefs are absolute. */
export type Mails = {
  activate: { readonly href: string; readonly validUntil: number };
  exists: { readonly signInHref: string };
  code: { readonly code: string; readonly validUntil: number; readonly linking: boolean };
  reset: { readonly href: string; readonly validUntil: number };
  'no-account': { readonly signInHref: string };
  'password-changed': NoticeModel;
  linked: NoticeModel;
  'new-device': NoticeModel;
  mismatch: NoticeModel;
  /** Whose identity it was that is linked no more: support's doing, or the owner's own. */
  unlinked: NoticeModel & { readonly by: 'support' | 'owner' };
  'factor-added': NoticeModel & { readonly factor: 'authenticator' | 'passkey' };
  /** `all`: support took them away. */
  'factor-removed': NoticeModel & { readonly factor: 'authenticator' | 'passkey' | 'all' };
  'recovery-codes-made': NoticeModel;
  'recovery-code-used': NoticeModel & { readonly left: number; readonly few: boolean };
  /** Its counter says that there is another one. */
  'passkey-copied': NoticeModel;
  /** After the right password, too many wrong codes: of the mail, of an authenticator app, of recovery. */
  'codes-paused': NoticeModel;
  'deletion-asked': NoticeModel & { readonly dueAt: number; readonly undoHref: string };
  'deletion-taken-back': NoticeModel;
  'deletion-done': { readonly at: number };
  /** Nobody uses the account: when it will be erased. */
  dormant: { readonly signInHref: string; readonly erasedAt: number };
  /** To an address that somebody wants for an account: its owner says yes behind the link. */
  'confirm-address': { readonly href: string; readonly validUntil: number };
  /** A lost mailbox: to the old address, with the link that stops the change, and to the new one. */
  'address-pending-old': { readonly maskedEmail: string; readonly href: string; readonly dueAt: number };
  'address-pending-new': { readonly dueAt: number };
  /** To both: it was stopped, or could not be made when it was due. */
  'address-pending-stopped': { readonly at: number };
  /** To somebody whose address was asked for another account. */
  'address-in-use': { readonly signInHref: string };
  /** To the new address of an account; which password goes with it from now on: one just made, the same, none yet. */
  'new-address': { readonly at: number; readonly password: 'new' | 'same' | 'none' };
  /** To the old one, with the link that puts it back. */
  'undo-address': { readonly maskedEmail: string; readonly href: string; readonly validUntil: number };
  /** To the support of a service: what somebody wrote about its accessibility, line by line, and where an answer may go. */
  'accessibility-feedback': {
    readonly service: string;
    readonly lines: readonly string[];
    readonly replyTo: string | null;
    readonly language: string;
  };
  /** After an undo: to the address that is back, and to the one that was taken away. */
  'address-restored': { readonly at: number; readonly signInHref: string };
  'address-removed': { readonly at: number };
};
export type MailName = keyof Mails;

export type MailFrame = Pick<Frame, 'locale' | 'service'> & {
  /** The mailbox, as typed by its owner. */
  readonly to: string;
};
export type RenderedMail = { readonly subject: string; readonly html: string; readonly text: string };
