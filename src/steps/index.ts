import type { StepName } from '../journey/next-step.ts';
import { accountClosed } from './account-closed.ts';
import { consent } from './consent.ts';
import { deletionAsked } from './deletion-asked.ts';
import { emailCode } from './email-code.ts';
import { findAccount } from './find-account.ts';
import { forgotPassword } from './forgot-password.ts';
import { linkEid } from './link-eid.ts';
import { linkSent } from './link-sent.ts';
import { lostMailbox } from './lost-mailbox.ts';
import { newMailboxSent } from './new-mailbox-sent.ts';
import { newPassword } from './new-password.ts';
import { notAuthorised } from './not-authorised.ts';
import { password } from './password.ts';
import { pendingAddress } from './pending-address.ts';
import { resetSent } from './reset-sent.ts';
import { secondFactor } from './second-factor.ts';
import { selectAccount } from './select-account.ts';
import { signIn } from './sign-in.ts';
import { signUp } from './sign-up.ts';
import type { Step } from './step.ts';
import { strongAuth } from './strong-auth.ts';
import { terms } from './terms.ts';
import { welcome } from './welcome.ts';

/** Every page of the ladder by its name: a missing one does not compile. */
export const steps: Readonly<Record<StepName, Step>> = {
  'sign-in': signIn,
  password,
  'sign-up': signUp,
  'link-sent': linkSent,
  'forgot-password': forgotPassword,
  'reset-sent': resetSent,
  'find-account': findAccount,
  'lost-mailbox': lostMailbox,
  'new-mailbox-sent': newMailboxSent,
  'select-account': selectAccount,
  'account-closed': accountClosed,
  'second-factor': secondFactor,
  'deletion-asked': deletionAsked,
  'new-password': newPassword,
  'strong-auth': strongAuth,
  'not-authorised': notAuthorised,
  'email-code': emailCode,
  'link-eid': linkEid,
  'pending-address': pendingAddress,
  terms,
  consent,
  welcome,
};
