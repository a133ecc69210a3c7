/** Where a person's own copy tells each field of their account, or why it does not. A new field does not compile without. */
import type { Account } from '../accounts/account.ts';

/** `told`: the path in PersonalData; `left`: the reason. */
type Place = { readonly told: string } | { readonly left: string };

const own = (path: string): Place => ({ told: path });
const none = (reason: string): Place => ({ left: reason });

export const accountFields: { readonly [Field in keyof Account]-?: Place } = {
  id: own('account.id'),
  version: none('counts how often the row was written'),
  createdAt: own('account.createdAt'),
  email: own('account.email'),
  emailFingerprint: none('made of the address by a key; says nothing more'),
  activatedAt: own('account.activatedAt'),
  locale: own('account.language'),
  localeChosen: own('account.languageChosen'),
  nickname: own('account.nickname'),
  password: none('a secret: that there is one, and since when, is told'),
  passwordSetAt: own('password.setAt'),
  mustChangePassword: own('password.mustChange'),
  barredAt: own('account.barredAt'),
  importedFrom: own('account.importedFrom'),
  bornIn: none('the random id of the sign-up, which was gone a day later'),
  previousAddresses: own('account.previousEmails'),
  relinking: own('account.relinkingAskedAt'),
  pendingAddress: own('account.pendingEmail'),
  deletion: own('account.deletion'),
  dataKey: none('a key: it opens what is told here'),
  identity: own('identity.linkedAt'),
  sealedPerson: own('identity.person'),
  identifiedAt: own('identity.identifiedAt'),
  codeProvedAt: own('account.mailboxProvedAt'),
  owedIdentification: own('account.owes.identification'),
  owedCode: own('account.owes.code'),
  terms: own('terms.accepted'),
  consents: own('consents'),
  roles: own('account.roles'),
  groups: own('account.groups'),
  adminRole: own('account.adminRole'),
  greetedAt: own('account.greetedAt'),
  lastSignInAt: own('account.lastSignInAt'),
  dormancyToldAt: own('account.dormancyToldAt'),
  factors: own('factors'),
  devices: own('devices'),
  mismatchMailedAt: own('account.foreignIdentificationToldAt'),
};
