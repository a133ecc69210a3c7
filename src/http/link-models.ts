/** What the pages behind mailed links are filled with; see views.ts for the rules of all models. */
import type { LinkPurpose } from '../storage/rows.ts';
import type { MailName } from './mail-models.ts';
import type { PasswordRules, WithEmail } from './views.ts';

/**
 * Behind the activation link. Field `password` (a new one); an imported account that has a password gets a second form
 * with field `presentPassword` and hidden `action=present`.
 */
type ActivateModel = WithEmail & {
  readonly otherDevice: boolean;
  readonly rules: PasswordRules;
  readonly presentPassword: boolean;
};
/** The account is activated, on a browser that has no interaction: «Jatka» leads to the client's start address. */
type ActivateDoneModel = { readonly continueHref: string };
/** Behind the reset link. Field `password`. */
type ResetModel = WithEmail & { readonly rules: PasswordRules };
type ResetDoneModel = { readonly continueHref: string };
/** Behind the link in the mail to an account's old address; the form has no field. */
type UndoAddressModel = WithEmail & {
  /** The address the account has now, masked. */
  readonly maskedEmail: string;
  readonly validUntil: number;
};
/** The address belongs to another account by now: the old one that cannot be put back, or a new one that was wanted. */
type AddressTakenModel = WithEmail & { readonly wanted: 'back' | 'new' };
type UndoAddressDoneModel = { readonly continueHref: string };
/** Behind the link to a new address, which is `email`; the form has no field. */
type ChangeAddressModel = WithEmail & {
  /** The address the account has now, masked. */
  readonly maskedEmail: string;
  readonly undoDays: number;
};
type ChangeAddressDoneModel = WithEmail & { readonly continueHref: string };
/** Behind the link in the mail about a deletion; the form has no field. */
type UndoDeletionModel = { readonly maskedEmail: string; readonly dueAt: number };
type UndoDeletionDoneModel = { readonly continueHref: string };
/** Behind «En tehnyt tätä» of a notice; the form has no field. */
type NotMeModel = {
  /** The notice's subject is named, and when it was sent. */
  readonly about: MailName;
  readonly toldAt: number;
  /** What waits on the account and would be stopped, or was added to it and would go. */
  readonly pendingAddress: boolean;
  readonly factors: boolean;
  readonly deletion: boolean;
};
/** `addressChanged`: the account has another address by now, so that no reset link was mailed. */
type NotMeDoneModel = { readonly continueHref: string; readonly addressChanged: boolean };
/** Behind the link to the new mailbox of somebody who has lost the old one; the form has no field. */
type NewMailboxModel = WithEmail & {
  /** The address the account has now, masked. */
  readonly maskedEmail: string;
  readonly waitDays: number;
};
type NewMailboxDoneModel = { readonly continueHref: string };
/** Behind the link in the mail to the present mailbox: a change is waiting; the form has no field. */
type UndoMailboxModel = WithEmail & {
  /** The address that was asked for, masked. */
  readonly maskedEmail: string;
  readonly dueAt: number;
};
type UndoMailboxDoneModel = { readonly continueHref: string };
/** Behind the link that makes an owner of whoever is signed in; the form has no field. */
type OwnerModel = WithEmail;
type DeadLinkModel = {
  readonly purpose: LinkPurpose;
  readonly kind: 'expired' | 'used' | 'replaced' | 'invalid';
  /** The life the link had, in ms. */
  readonly validMs: number;
  /** Where the person can ask for a new link or sign in: the client's start address, or `/` where it is unknown. */
  readonly startHref: string;
};
/** Every view by its file under views/. */
export type LinkViews = {
  'pages/activate': ActivateModel;
  'pages/activate-done': ActivateDoneModel;
  'pages/reset': ResetModel;
  'pages/reset-done': ResetDoneModel;
  'pages/undo-address': UndoAddressModel;
  'pages/undo-address-done': UndoAddressDoneModel;
  'pages/change-address': ChangeAddressModel;
  'pages/change-address-done': ChangeAddressDoneModel;
  'pages/undo-deletion': UndoDeletionModel;
  'pages/undo-deletion-done': UndoDeletionDoneModel;
  'pages/not-me': NotMeModel;
  'pages/not-me-done': NotMeDoneModel;
  'pages/address-taken': AddressTakenModel;
  'pages/new-mailbox': NewMailboxModel;
  'pages/new-mailbox-done': NewMailboxDoneModel;
  'pages/undo-mailbox': UndoMailboxModel;
  'pages/undo-mailbox-done': UndoMailboxDoneModel;
  'pages/owner': OwnerModel;
  'pages/dead-link': DeadLinkModel;
};
