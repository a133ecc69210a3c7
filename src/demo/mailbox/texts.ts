import type { InLanguages } from '../language.ts';

type MailboxTexts = Readonly<{
  program: string;
  inbox: string;
  inboxOf: string;
  none: string;
  reload: string;
  empty: string;
  to: string;
  from: string;
  subject: string;
  received: string;
  links: string;
  html: string;
  text: string;
  headers: string;
  back: string;
  missing: string;
  noSubject: string;
}>;

/** Every text of the mailbox's pages. */
export const mailboxTexts: InLanguages<MailboxTexts> = {
  fi: {
    program: 'Postilaatikko',
    inbox: 'Saapuneet viestit',
    inboxOf: 'Viestit osoitteeseen',
    none: 'Ei viestejä. Avaimen lähettämät viestit tulevat tähän.',
    reload: 'Päivitä',
    empty: 'Tyhjennä postilaatikko',
    to: 'Vastaanottaja',
    from: 'Lähettäjä',
    subject: 'Aihe',
    received: 'Saapunut',
    links: 'Viestin linkit',
    html: 'Viesti',
    text: 'Viesti tekstinä',
    headers: 'Otsakkeet',
    back: 'Takaisin viesteihin',
    missing: 'Viestiä ei löytynyt',
    noSubject: '(ei aihetta)',
  },
  sv: {
    program: 'Postlåda',
    inbox: 'Inkomna meddelanden',
    inboxOf: 'Meddelanden till',
    none: 'Inga meddelanden. Meddelanden som Avain skickar kommer hit.',
    reload: 'Uppdatera',
    empty: 'Töm postlådan',
    to: 'Mottagare',
    from: 'Avsändare',
    subject: 'Ämne',
    received: 'Mottaget',
    links: 'Länkar i meddelandet',
    html: 'Meddelande',
    text: 'Meddelandet som text',
    headers: 'Meddelandehuvuden',
    back: 'Tillbaka till meddelandena',
    missing: 'Meddelandet hittades inte',
    noSubject: '(inget ämne)',
  },
  en: {
    program: 'Mailbox',
    inbox: 'Received mails',
    inboxOf: 'Mails to',
    none: 'No mails. What Avain sends arrives here.',
    reload: 'Reload',
    empty: 'Empty the mailbox',
    to: 'To',
    from: 'From',
    subject: 'Subject',
    received: 'Received',
    links: 'Links in this mail',
    html: 'Mail',
    text: 'The mail as text',
    headers: 'Headers',
    back: 'Back to the mails',
    missing: 'There is no such mail',
    noSubject: '(no subject)',
  },
};
