import type { InLanguages } from '../language.ts';

type PortalTexts = Readonly<{
  welcome: string;
  signIn: string;
  signInStrongly: string;
  signedIn: string;
  how: string;
  who: string;
  details: string;
  signOut: string;
  refresh: string;
  refreshed: string;
  notRefreshed: string;
  failedTitle: string;
  failed: Readonly<Record<string, string>>;
  failedOther: string;
  code: string;
  tryAgain: string;
  toFrontPage: string;
  unavailableTitle: string;
  unavailable: string;
}>;

/** Every text of the portals' pages. */
export const portalTexts: InLanguages<PortalTexts> = {
  fi: {
    welcome: 'Tervetuloa',
    signIn: 'Kirjaudu sisään',
    signInStrongly: 'Kirjaudu vahvasti tunnistautuen',
    signedIn: 'Olet kirjautunut sisään',
    who: 'Kuka',
    how: 'Miten kirjauduit',
    details: 'Kaikki saadut tiedot',
    signOut: 'Kirjaudu ulos',
    refresh: 'Uusi tunnisteet',
    refreshed: 'Tunnisteet uusittiin.',
    notRefreshed: 'Tunnisteita ei voitu uusia',
    failedTitle: 'Kirjautuminen ei onnistunut',
    failed: {
      access_denied: 'Kirjautuminen keskeytettiin, tai sinulla ei ole oikeutta tähän palveluun.',
      login_required: 'Palvelu yritti kirjata sinut sisään huomaamatta, mutta et ole kirjautunut Avaimeen.',
      interaction_required: 'Kirjautuminen vaatii sinulta vielä jotakin. Kirjaudu sisään tavallisesti.',
      consent_required: 'Palvelu tarvitsee luvan tietoihisi. Kirjaudu sisään tavallisesti.',
      unmet_authentication_requirements: 'Palvelu vaatii vahvemman tunnistautumisen kuin mitä tehtiin.',
      unknown_state: 'Tätä kirjautumista ei ole aloitettu tässä selaimessa, tai se on jo päättynyt.',
    },
    failedOther: 'Jokin meni vikaan kirjautumisessa.',
    code: 'Virhekoodi',
    tryAgain: 'Yritä uudelleen',
    toFrontPage: 'Etusivulle',
    unavailableTitle: 'Nyt ei voi kirjautua',
    unavailable: 'Avain ei vastaa. Yritä hetken kuluttua uudelleen.',
  },
  sv: {
    welcome: 'Välkommen',
    signIn: 'Logga in',
    signInStrongly: 'Logga in med stark autentisering',
    signedIn: 'Du är inloggad',
    who: 'Vem',
    how: 'Hur du loggade in',
    details: 'Alla mottagna uppgifter',
    signOut: 'Logga ut',
    refresh: 'Förnya intygen',
    refreshed: 'Intygen förnyades.',
    notRefreshed: 'Intygen kunde inte förnyas',
    failedTitle: 'Inloggningen lyckades inte',
    failed: {
      access_denied: 'Inloggningen avbröts, eller så har du inte rätt till den här tjänsten.',
      login_required: 'Tjänsten försökte logga in dig obemärkt, men du är inte inloggad i Avain.',
      interaction_required: 'Inloggningen kräver ännu något av dig. Logga in på vanligt sätt.',
      consent_required: 'Tjänsten behöver lov att få dina uppgifter. Logga in på vanligt sätt.',
      unmet_authentication_requirements: 'Tjänsten kräver en starkare autentisering än den som gjordes.',
      unknown_state: 'Den här inloggningen har inte börjat i den här webbläsaren, eller så är den redan avslutad.',
    },
    failedOther: 'Något gick fel i inloggningen.',
    code: 'Felkod',
    tryAgain: 'Försök igen',
    toFrontPage: 'Till startsidan',
    unavailableTitle: 'Det går inte att logga in just nu',
    unavailable: 'Avain svarar inte. Försök igen om en stund.',
  },
  en: {
    welcome: 'Welcome',
    signIn: 'Sign in',
    signInStrongly: 'Sign in with strong identification',
    signedIn: 'You are signed in',
    who: 'Who',
    how: 'How you signed in',
    details: 'All data received',
    signOut: 'Sign out',
    refresh: 'Refresh the tokens',
    refreshed: 'The tokens were refreshed.',
    notRefreshed: 'The tokens could not be refreshed',
    failedTitle: 'Signing in did not succeed',
    failed: {
      access_denied: 'Signing in was cancelled, or you have no right to this service.',
      login_required: 'The service tried to sign you in silently, but you are not signed in to Avain.',
      interaction_required: 'Signing in still needs something from you. Sign in the usual way.',
      consent_required: 'The service needs leave to see your data. Sign in the usual way.',
      unmet_authentication_requirements: 'The service demands a stronger identification than was made.',
      unknown_state: 'This sign-in was not started in this browser, or it has already ended.',
    },
    failedOther: 'Something went wrong while signing in.',
    code: 'Error code',
    tryAgain: 'Try again',
    toFrontPage: 'To the front page',
    unavailableTitle: 'Signing in does not work right now',
    unavailable: 'Avain does not answer. Try again in a while.',
  },
};
