import type { MailName } from './mail-models.ts';
import type { ViewName } from './views.ts';

// Records, so that the compiler misses none; a test compares them with the files.
const views: Readonly<Record<ViewName, true>> = {
  'steps/sign-in': true,
  'steps/password': true,
  'steps/sign-up': true,
  'steps/link-sent': true,
  'steps/forgot-password': true,
  'steps/reset-sent': true,
  'steps/account-closed': true,
  'steps/new-password': true,
  'steps/strong-auth': true,
  'steps/not-authorised': true,
  'steps/email-code': true,
  'steps/link-eid': true,
  'steps/terms': true,
  'steps/consent': true,
  'steps/welcome': true,
  'pages/activate': true,
  'pages/activate-done': true,
  'pages/reset': true,
  'pages/reset-done': true,
  'pages/undo-address': true,
  'pages/undo-address-done': true,
  'pages/address-taken': true,
  'pages/dead-link': true,
  'pages/error': true,
  'pages/clients': true,
  'pages/signed-in-as': true,
  'pages/other-browser': true,
  'pages/logout': true,
  'pages/signed-out': true,
  'pages/terms': true,
  'pages/accessibility': true,
  'pages/continue': true,
  'pages/not-signed-in': true,
  'account/overview': true,
  'account/profile': true,
};

const mails: Readonly<Record<MailName, true>> = {
  activate: true,
  exists: true,
  code: true,
  reset: true,
  'no-account': true,
  'password-changed': true,
  linked: true,
  'new-device': true,
  mismatch: true,
  'new-address': true,
  'undo-address': true,
  'address-restored': true,
  'address-removed': true,
  unlinked: true,
};

// The casts: Object.keys forgets that a record's keys are its type's.
export const viewNames = Object.keys(views) as ViewName[];
export const mailNames = Object.keys(mails) as MailName[];
