/**
 * What people press, by language. The Finnish ones are written out because outside checks find controls by them:
 * they never change. The others are what a person who reads that language would look for.
 */
import type { Locale } from '../../../src/http/locale.ts';

export type Labels = Readonly<
  Record<
    | 'signIn'
    | 'createAccount'
    | 'email'
    | 'emailAddress'
    | 'create'
    | 'activate'
    | 'newPassword'
    | 'savePassword'
    | 'next'
    | 'bank'
    | 'mobile'
    | 'ownPerson'
    | 'ownName'
    | 'ownCode'
    | 'ownSubmit'
    | 'code'
    | 'linkAccount'
    | 'linkYes'
    | 'accept'
    | 'toFrontPage'
    | 'signOut'
    | 'password'
    | 'forgot',
    string
  >
>;

export const labels: Readonly<Record<Locale, Labels>> = {
  fi: {
    signIn: 'Kirjaudu sisään',
    createAccount: 'Luo ilmainen tili',
    email: 'Sähköposti',
    emailAddress: 'Sähköpostiosoite',
    create: 'Luo tili',
    activate: 'Aktivoi tili',
    newPassword: 'Uusi salasana',
    savePassword: 'Tallenna salasana',
    next: 'Jatka',
    bank: 'Verkkopankki',
    mobile: 'Mobiilivarmenne',
    ownPerson: 'Oma keksitty henkilö',
    ownName: 'Nimi',
    ownCode: 'Henkilötunnus',
    ownSubmit: 'Käytä omaa henkilöä',
    code: 'Turvakoodi',
    linkAccount: 'Linkitä tili',
    linkYes: 'Kyllä, linkitä sähköpostini eID:hen',
    accept: 'Hyväksyn käyttöehdot',
    toFrontPage: 'Siirry etusivulle',
    signOut: 'Kirjaudu ulos',
    password: 'Salasana',
    forgot: 'Unohditko salasanasi?',
  },
  sv: {
    signIn: 'Logga in',
    createAccount: 'Skapa ett gratis konto',
    email: 'E-post',
    emailAddress: 'E-postadress',
    create: 'Skapa konto',
    activate: 'Aktivera kontot',
    newPassword: 'Nytt lösenord',
    savePassword: 'Spara lösenordet',
    next: 'Fortsätt',
    bank: 'Nätbank',
    mobile: 'Mobilcertifikat',
    ownPerson: 'Egen påhittad person',
    ownName: 'Namn',
    ownCode: 'Personbeteckning',
    ownSubmit: 'Använd egen person',
    code: 'Säkerhetskod',
    linkAccount: 'Länka kontot',
    linkYes: 'Ja, länka min e-post till eID',
    accept: 'Jag godkänner användarvillkoren',
    toFrontPage: 'Gå till startsidan',
    signOut: 'Logga ut',
    password: 'Lösenord',
    forgot: 'Har du glömt ditt lösenord?',
  },
  en: {
    signIn: 'Sign in',
    createAccount: 'Create a free account',
    email: 'Email',
    emailAddress: 'Email address',
    create: 'Create account',
    activate: 'Activate account',
    newPassword: 'New password',
    savePassword: 'Save password',
    next: 'Continue',
    bank: 'Online bank',
    mobile: 'Mobile certificate',
    ownPerson: 'A person of your own invention',
    ownName: 'Name',
    ownCode: 'Identity code',
    ownSubmit: 'Use your own person',
    code: 'Security code',
    linkAccount: 'Link account',
    linkYes: 'Yes, link my email to my eID',
    accept: 'I accept the terms of use',
    toFrontPage: 'Go to the front page',
    signOut: 'Sign out',
    password: 'Password',
    forgot: 'Forgot your password?',
  },
};
