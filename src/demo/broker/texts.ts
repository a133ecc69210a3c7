import type { InLanguages } from '../language.ts';
import type { Scenario } from './scenarios.ts';

/** The texts of the simulated broker; labels that outside checks find are in demo-world's contract. */
export type BrokerTexts = Readonly<{
  banner: string;
  error: string;
  skip: string;
  languages: string;
  forService: string;
  cancel: string;
  next: string;
  approve: string;
  methodTitle: string;
  methodIntro: string;
  banks: string;
  mobile: string;
  mobileHint: string;
  bankHint: string;
  phoneTitle: string;
  phone: string;
  phoneHint: string;
  phoneFault: string;
  phoneShortcut: string;
  approveTitle: string;
  approveIntro: string;
  reference: string;
  personTitle: string;
  personLegend: string;
  personFault: string;
  own: string;
  ownIntro: string;
  ownName: string;
  ownCode: string;
  ownFault: string;
  ownSubmit: string;
  failures: string;
  failuresIntro: string;
  scenario: Readonly<Record<Scenario, string>>;
  dataTitle: string;
  dataIntro: string;
  dataName: string;
  dataBirthdate: string;
  dataCode: string;
  errorTitle: string;
  errorIntro: string;
  goneTitle: string;
  goneIntro: string;
  startTitle: string;
  startIntro: string;
  switches: string;
  outage: string;
  outageOn: string;
  outageOff: string;
  dataPage: string;
  turnOn: string;
  turnOff: string;
  on: string;
  off: string;
}>;

const fi: BrokerTexts = {
  banner: 'SIMULAATTORI – tämä ei ole oikea tunnistuspalvelu. Älä anna oikeita tunnuksia tai henkilötietoja.',
  error: 'Virhe',
  skip: 'Siirry sisältöön',
  languages: 'Kieli',
  forService: 'Tunnistaudut palveluun:',
  cancel: 'Keskeytä',
  next: 'Jatka',
  approve: 'Hyväksy',
  methodTitle: 'Valitse tunnistustapa',
  methodIntro: 'Demotunnistus välittää tunnistuksen. Palvelulle annetaan nimesi, syntymäaikasi ja henkilötunnuksesi.',
  banks: 'Pankit',
  mobile: 'Mobiilivarmenne',
  mobileHint: 'puhelimen SIM-kortilla',
  bankHint: 'keksitty pankki',
  phoneTitle: 'Mobiilivarmenne',
  phone: 'Puhelinnumero',
  phoneHint: 'Keksitty numero käy, esimerkiksi 040 123 4567. Mihinkään ei lähetetä mitään.',
  phoneFault: 'Kirjoita puhelinnumero numeroina, esimerkiksi 040 123 4567.',
  phoneShortcut: 'Tai hyväksy pyyntö heti simuloidussa puhelimessa:',
  approveTitle: 'Hyväksy pyyntö puhelimessa',
  approveIntro: 'Tarkista, että puhelimessa näkyy sama tunniste, ja hyväksy. Puhelinta simuloi tämä painike.',
  reference: 'Tapahtumatunniste',
  personTitle: 'Valitse testihenkilö',
  personLegend: 'Kenenä tunnistaudut?',
  personFault: 'Valitse testihenkilö.',
  own: 'Oma keksitty henkilö',
  ownIntro: 'Henkilötunnuksen yksilönumeron on oltava 900–999: niitä ei anneta oikeille ihmisille.',
  ownName: 'Nimi',
  ownCode: 'Henkilötunnus',
  ownFault: 'Anna nimi ja oikein muodostettu henkilötunnus, jonka yksilönumero on 900–999.',
  ownSubmit: 'Käytä omaa henkilöä',
  failures: 'Harjoittele virhetilanteita',
  failuresIntro: 'Valitse ensin henkilö, jos sillä on väliä. Painike päättää tunnistuksen näin:',
  scenario: {
    cancel: 'Peruutus pankissa (cancel)',
    'access-denied': 'Pankki hylkäsi (access_denied)',
    'bank-error': 'Virhe pankissa',
    'no-identity-code': 'Henkilötunnus puuttuu',
    foreigner: 'Ulkomaalainen, jolla ei ole henkilötunnusta',
    'token-500': 'Palvelin vastaa virheellä 500',
    'token-slow': 'Palvelin vastaa 30 sekunnin kuluttua',
    'token-html': 'Palvelin vastaa verkkosivulla',
    'token-huge': 'Palvelin vastaa liian pitkästi',
    'wrong-nonce': 'Todistus toiselle tapahtumalle (nonce)',
    'wrong-audience': 'Todistus toiselle palvelulle (aud)',
    'wrong-level': 'Liian matala varmuustaso (acr)',
    stale: 'Vanhentunut tunnistus (auth_time)',
    unencrypted: 'Salaamaton todistus',
  },
  dataTitle: 'Tarkista tietosi',
  dataIntro: 'Nämä tiedot annetaan palvelulle:',
  dataName: 'Nimi',
  dataBirthdate: 'Syntymäaika',
  dataCode: 'Henkilötunnus',
  errorTitle: 'Pyyntöä ei voi käsitellä',
  errorIntro:
    'Palvelun lähettämä pyyntö on virheellinen, joten sinua ei voi ohjata takaisin. Palaa palveluun ja aloita alusta.',
  goneTitle: 'Tunnistustapahtuma on päättynyt',
  goneIntro: 'Palaa palveluun, josta tulit, ja aloita tunnistus uudelleen.',
  startTitle: 'Demotunnistus',
  startIntro:
    'Keksitty tunnistuspalvelu, jolla Avaimen vahvaa tunnistusta kokeillaan. Tunnistus alkaa palvelusta, ei tältä sivulta.',
  switches: 'Kytkimet',
  outage: 'Huoltokatko: palvelu vastaa kaikkeen virheellä 503',
  outageOn: 'Huoltokatko',
  outageOff: 'Demotunnistus on simuloidussa huoltokatkossa.',
  dataPage: 'Tietojen tarkistussivu ennen paluuta',
  turnOn: 'Kytke päälle',
  turnOff: 'Kytke pois',
  on: 'päällä',
  off: 'pois',
};

const sv: BrokerTexts = {
  banner: 'SIMULATOR – detta är ingen riktig identifieringstjänst. Ange inte riktiga koder eller personuppgifter.',
  error: 'Fel',
  skip: 'Gå till innehållet',
  languages: 'Språk',
  forService: 'Du identifierar dig för tjänsten:',
  cancel: 'Avbryt',
  next: 'Fortsätt',
  approve: 'Godkänn',
  methodTitle: 'Välj identifieringssätt',
  methodIntro:
    'Demotunnistus förmedlar identifieringen. Tjänsten får ditt namn, din födelsetid och din personbeteckning.',
  banks: 'Banker',
  mobile: 'Mobilcertifikat',
  mobileHint: 'med telefonens SIM-kort',
  bankHint: 'påhittad bank',
  phoneTitle: 'Mobilcertifikat',
  phone: 'Telefonnummer',
  phoneHint: 'Ett påhittat nummer går bra, till exempel 040 123 4567. Inget skickas någonstans.',
  phoneFault: 'Ange telefonnumret med siffror, till exempel 040 123 4567.',
  phoneShortcut: 'Eller godkänn begäran genast i den simulerade telefonen:',
  approveTitle: 'Godkänn begäran i telefonen',
  approveIntro: 'Kontrollera att telefonen visar samma kod och godkänn. Den här knappen simulerar telefonen.',
  reference: 'Händelsekod',
  personTitle: 'Välj testperson',
  personLegend: 'Som vem identifierar du dig?',
  personFault: 'Välj en testperson.',
  own: 'Egen påhittad person',
  ownIntro: 'Personbeteckningens individnummer måste vara 900–999: de ges inte till riktiga personer.',
  ownName: 'Namn',
  ownCode: 'Personbeteckning',
  ownFault: 'Ange namn och en korrekt personbeteckning med individnummer 900–999.',
  ownSubmit: 'Använd egen person',
  failures: 'Öva på felsituationer',
  failuresIntro: 'Välj först en person om det har betydelse. Knappen avslutar identifieringen så här:',
  scenario: {
    cancel: 'Avbruten i banken (cancel)',
    'access-denied': 'Banken nekade (access_denied)',
    'bank-error': 'Fel i banken',
    'no-identity-code': 'Personbeteckning saknas',
    foreigner: 'Utlänning utan finländsk personbeteckning',
    'token-500': 'Servern svarar med fel 500',
    'token-slow': 'Servern svarar efter 30 sekunder',
    'token-html': 'Servern svarar med en webbsida',
    'token-huge': 'Servern svarar för långt',
    'wrong-nonce': 'Intyg för en annan händelse (nonce)',
    'wrong-audience': 'Intyg för en annan tjänst (aud)',
    'wrong-level': 'För låg tillitsnivå (acr)',
    stale: 'Föråldrad identifiering (auth_time)',
    unencrypted: 'Okrypterat intyg',
  },
  dataTitle: 'Kontrollera dina uppgifter',
  dataIntro: 'Dessa uppgifter ges till tjänsten:',
  dataName: 'Namn',
  dataBirthdate: 'Födelsetid',
  dataCode: 'Personbeteckning',
  errorTitle: 'Begäran kan inte behandlas',
  errorIntro: 'Tjänstens begäran är felaktig, så du kan inte skickas tillbaka. Gå till tjänsten och börja om.',
  goneTitle: 'Identifieringen är avslutad',
  goneIntro: 'Gå tillbaka till tjänsten du kom från och börja identifieringen på nytt.',
  startTitle: 'Demotunnistus',
  startIntro:
    'En påhittad identifieringstjänst för att prova stark autentisering i Avain. Identifieringen börjar i tjänsten, inte här.',
  switches: 'Brytare',
  outage: 'Driftavbrott: tjänsten svarar på allt med fel 503',
  outageOn: 'Driftavbrott',
  outageOff: 'Demotunnistus har ett simulerat driftavbrott.',
  dataPage: 'Sida för kontroll av uppgifter före återgången',
  turnOn: 'Slå på',
  turnOff: 'Slå av',
  on: 'på',
  off: 'av',
};

const en: BrokerTexts = {
  banner: 'SIMULATOR – this is not a real identification service. Do not give real credentials or personal data.',
  error: 'Error',
  skip: 'Skip to content',
  languages: 'Language',
  forService: 'You are identifying yourself to:',
  cancel: 'Cancel',
  next: 'Continue',
  approve: 'Approve',
  methodTitle: 'Choose how to identify yourself',
  methodIntro:
    'Demotunnistus passes your identification on. The service gets your name, date of birth and identity code.',
  banks: 'Banks',
  mobile: 'Mobile certificate',
  mobileHint: 'with the SIM card of your phone',
  bankHint: 'an invented bank',
  phoneTitle: 'Mobile certificate',
  phone: 'Phone number',
  phoneHint: 'An invented number will do, such as 040 123 4567. Nothing is sent anywhere.',
  phoneFault: 'Enter the phone number in digits, such as 040 123 4567.',
  phoneShortcut: 'Or approve the request at once on the simulated phone:',
  approveTitle: 'Approve the request on your phone',
  approveIntro: 'Check that the phone shows the same code, and approve. This button simulates the phone.',
  reference: 'Reference code',
  personTitle: 'Choose a test person',
  personLegend: 'Who are you?',
  personFault: 'Choose a test person.',
  own: 'A person of your own invention',
  ownIntro: 'The individual number of the identity code must be 900–999: these are never given to real people.',
  ownName: 'Name',
  ownCode: 'Identity code',
  ownFault: 'Enter a name and a valid identity code whose individual number is 900–999.',
  ownSubmit: 'Use your own person',
  failures: 'Practise failures',
  failuresIntro: 'Choose a person first if it matters. The button ends the identification like this:',
  scenario: {
    cancel: 'Cancelled at the bank (cancel)',
    'access-denied': 'Refused by the bank (access_denied)',
    'bank-error': 'Failure at the bank',
    'no-identity-code': 'No identity code',
    foreigner: 'A foreigner without a Finnish identity code',
    'token-500': 'The server answers with error 500',
    'token-slow': 'The server answers after 30 seconds',
    'token-html': 'The server answers with a web page',
    'token-huge': 'The server answers too much',
    'wrong-nonce': 'A token for another event (nonce)',
    'wrong-audience': 'A token for another service (aud)',
    'wrong-level': 'Too low a level of assurance (acr)',
    stale: 'An old identification (auth_time)',
    unencrypted: 'An unencrypted token',
  },
  dataTitle: 'Check your data',
  dataIntro: 'The service will get:',
  dataName: 'Name',
  dataBirthdate: 'Date of birth',
  dataCode: 'Identity code',
  errorTitle: 'The request cannot be handled',
  errorIntro: "The service's request is faulty, so you cannot be sent back. Return to the service and start again.",
  goneTitle: 'This identification has ended',
  goneIntro: 'Return to the service you came from and start the identification again.',
  startTitle: 'Demotunnistus',
  startIntro:
    'An invented identification service for trying strong identification in Avain. It starts at a service, not here.',
  switches: 'Switches',
  outage: 'Outage: the service answers everything with error 503',
  outageOn: 'Outage',
  outageOff: 'Demotunnistus is in a simulated outage.',
  dataPage: 'A page to check the data before returning',
  turnOn: 'Turn on',
  turnOff: 'Turn off',
  on: 'on',
  off: 'off',
};

export const texts: InLanguages<BrokerTexts> = { fi, sv, en };
