import type { InLanguages } from '../language.ts';
import type { DemoProgram } from '../ports.ts';

type StartPageTexts = Readonly<{
  program: string;
  title: string;
  intro: string;
  runs: string;
  name: string;
  address: string;
  purpose: string;
  purposes: Readonly<Record<Exclude<DemoProgram, 'smtp' | 'startPage'>, readonly [name: string, purpose: string]>>;
  ownAccount: string;
  integrator: string;
  persons: string;
  personsIntro: string;
  email: string;
  password: string;
  identityCode: string;
  shows: string;
  noPassword: string;
  broker: string;
  brokerIntro: string;
  outageOn: string;
  outageOff: string;
  dataPageOn: string;
  dataPageOff: string;
  brokerDone: string;
  brokerFailed: string;
}>;

/** Every text of the start page but what the Finnish table of personas says itself. */
export const startPageTexts: InLanguages<StartPageTexts> = {
  fi: {
    program: 'Avaimen kokeilumaailma',
    title: 'Kokeile Avainta',
    intro:
      'Avain on kirjautumispalvelu. Aloita portaalista kohdasta «Kirjaudu sisään», valitse alta henkilö, avaa Avaimen ' +
      'lähettämät viestit postilaatikosta ja tunnistaudu Demotunnistuksessa saman henkilön henkilötunnuksella. ' +
      'Kokeile eri henkilöitä eri yksityisissä ikkunoissa.',
    runs: 'Mitä täällä on',
    name: 'Ohjelma',
    address: 'Osoite',
    purpose: 'Mikä se on',
    purposes: {
      oima: ['Oima', 'Portaali, johon kirjaudutaan.'],
      oimaApu: ['Oima henkilökohtainen apu', 'Sama portaali, mutta vain hyvinvointialueen ilmoittamille.'],
      kuitti: ['Kuitti', 'Ulkopuolinen palvelu, joka kysyy luvan tietoihin.'],
      mailbox: ['Postilaatikko', 'Kaikki viestit, jotka Avain on lähettänyt.'],
      broker: ['Demotunnistus', 'Pankit ja mobiilivarmenne vahvaan tunnistautumiseen.'],
      avain: ['Avain', 'Kirjautumispalvelu itse.'],
    },
    ownAccount: 'Oma tili: kirjautuneen omat tiedot, laitteet ja asetukset Avaimessa',
    integrator: 'Kehittäjälle: mitä sovellusten viimeisimmissä pyynnöissä oli oikein ja väärin',
    persons: 'Henkilöt',
    personsIntro: 'Kaikki ovat keksittyjä. Pyydä unohtuneen salasanan tilalle uusi, niin viesti tulee postilaatikkoon.',
    email: 'Sähköposti',
    password: 'Salasana',
    identityCode: 'Henkilötunnus',
    shows: 'Mitä kokeilla',
    noPassword: 'ei vielä',
    broker: 'Demotunnistuksen kytkimet',
    brokerIntro: 'Kytkimet koskevat kaikkia, jotka käyttävät tätä kokeilumaailmaa.',
    outageOn: 'Aloita katko',
    outageOff: 'Lopeta katko',
    dataPageOn: 'Näytä tietosivu',
    dataPageOff: 'Älä näytä tietosivua',
    brokerDone: 'Kytkin käännettiin.',
    brokerFailed: 'Demotunnistus ei vastannut, kytkintä ei käännetty.',
  },
  sv: {
    program: 'Avains provvärld',
    title: 'Prova Avain',
    intro:
      'Avain är en inloggningstjänst. Börja i en portal med «Logga in», välj en person nedan, öppna meddelandena från ' +
      'Avain i postlådan och identifiera dig i Demotunnistus med samma persons personbeteckning. ' +
      'Prova olika personer i olika privata fönster.',
    runs: 'Vad som finns här',
    name: 'Program',
    address: 'Adress',
    purpose: 'Vad det är',
    purposes: {
      oima: ['Oima', 'Portalen som man loggar in i.'],
      oimaApu: ['Oima personlig assistans', 'Samma portal, men bara för dem som välfärdsområdet har anmält.'],
      kuitti: ['Kuitti', 'En utomstående tjänst som ber om lov att få uppgifter.'],
      mailbox: ['Postlådan', 'Alla meddelanden som Avain har skickat.'],
      broker: ['Demotunnistus', 'Banker och mobilcertifikat för stark autentisering.'],
      avain: ['Avain', 'Själva inloggningstjänsten.'],
    },
    ownAccount: 'Mitt konto: egna uppgifter, enheter och inställningar i Avain',
    integrator: 'För utvecklare: vad som var rätt och fel i klienternas senaste anrop',
    persons: 'Personer',
    personsIntro:
      'Alla är påhittade. Be om ett nytt lösenord i stället för ett glömt, så kommer meddelandet till postlådan.',
    email: 'E-post',
    password: 'Lösenord',
    identityCode: 'Personbeteckning',
    shows: 'Vad man kan prova',
    noPassword: 'inget ännu',
    broker: 'Demotunnistus strömbrytare',
    brokerIntro: 'De gäller alla som använder den här provvärlden.',
    outageOn: 'Börja avbrott',
    outageOff: 'Avsluta avbrott',
    dataPageOn: 'Visa uppgiftssidan',
    dataPageOff: 'Visa inte uppgiftssidan',
    brokerDone: 'Det är omställt.',
    brokerFailed: 'Demotunnistus svarade inte, inget ändrades.',
  },
  en: {
    program: 'The demo world of Avain',
    title: 'Try Avain',
    intro:
      'Avain is a sign-in service. Begin in a portal with «Sign in», choose a person below, open what Avain sends in the ' +
      'mailbox, and identify yourself at Demotunnistus with the identity code of the same person. ' +
      'Try different persons in different private windows.',
    runs: 'What runs here',
    name: 'Program',
    address: 'Address',
    purpose: 'What it is',
    purposes: {
      oima: ['Oima', 'The portal that one signs in to.'],
      oimaApu: ['Oima for personal assistance', 'The same portal, only for those named by their county.'],
      kuitti: ['Kuitti', 'A third-party service that asks for leave to see data.'],
      mailbox: ['Mailbox', 'All mails that Avain has sent.'],
      broker: ['Demotunnistus', 'Banks and the mobile certificate for strong identification.'],
      avain: ['Avain', 'The sign-in service itself.'],
    },
    ownAccount: 'My account: one’s own details, devices and settings in Avain',
    integrator: 'For developers: what was right and wrong in the last requests of the clients',
    persons: 'Persons',
    personsIntro:
      'All are invented. Ask for a new password in place of a forgotten one, and the mail comes to the mailbox.',
    email: 'E-mail',
    password: 'Password',
    identityCode: 'Identity code',
    shows: 'What to try',
    noPassword: 'none yet',
    broker: 'Switches of Demotunnistus',
    brokerIntro: 'They hold for everybody who uses this demo world.',
    outageOn: 'Begin an outage',
    outageOff: 'End the outage',
    dataPageOn: 'Show the data page',
    dataPageOff: 'Do not show the data page',
    brokerDone: 'Done.',
    brokerFailed: 'Demotunnistus did not answer; nothing was changed.',
  },
};

/** What to try with each persona, by key, in the languages that the table of personas itself does not speak. */
export const personaTexts: Readonly<Record<'sv' | 'en', Readonly<Record<string, string>>>> = {
  sv: {
    uusi: 'Ny användare: hela vägen från nytt konto till portalen.',
    aino: 'Återkommande användare: lösenord, samma inloggning i en annan tjänst, egna uppgifter.',
    vanha: 'Konto från det gamla systemet: lösenordet duger, sedan identifiering, länkning, villkor och välkomstsida.',
    heikko: 'Konto från det gamla systemet med för svagt lösenord: ett nytt måste väljas.',
    tuntematon: 'Konto från det gamla systemet utan lösenord: börja med glömt lösenord eller skapa konto.',
    valtuutettu: 'Inget konto, men finns i välfärdsområdets förteckning: Oima för personlig assistans släpper in.',
    valtuuttamaton: 'Inget konto, inte i förteckningen: Oima för personlig assistans nekar artigt, Oima släpper in.',
    kaksi: 'Inget konto, Ainos personbeteckning: identiteten är redan länkad till ett annat konto.',
    estetty: 'Konto som administratören har spärrat: nekas utan att orsaken sägs till utomstående.',
    kunta: 'Anställd vid välfärdsområdet: sköter förteckningen över behöriga på Avains sida /staff/rosters.',
    hoitaja: 'Äger installationen: sköter konton och hela tjänsten på Avains sida /admin.',
  },
  en: {
    uusi: 'A new user: the whole way from a new account to the portal.',
    aino: 'A returning user: password, single sign-on into another service, own data.',
    vanha: 'Imported account: the old password is good, then identification, linking, terms and welcome.',
    heikko: 'Imported account with a password too weak for today: a new one must be chosen.',
    tuntematon: 'Imported account without a password: begin with the forgotten password, or sign up.',
    valtuutettu: "No account, but on a county's roster: Oima for personal assistance lets in.",
    valtuuttamaton: 'No account and on no roster: Oima for personal assistance refuses politely, Oima lets in.',
    kaksi: "No account, Aino's identity code: the identity belongs to another account.",
    estetty: 'Barred by an administrator: refusal without telling an outsider why.',
    kunta: "Works for the county: keeps its list of authorised people on Avain's page /staff/rosters.",
    hoitaja: "Owns the installation: looks after people and the whole service on Avain's page /admin.",
  },
};
