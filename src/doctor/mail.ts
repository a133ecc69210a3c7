import { createMailer } from '../mail/mailer.ts';
import { errorCodeOf } from './error-code.ts';
import { bad, doubtful, type Examination, type Examined, type Finding, good } from './examination.ts';

/** Goes as far as a delivery does before its first word: connection, TLS, password. No mail is sent. */
export async function examineMail({ config }: Examination): Promise<Examined> {
  const { host, port, secure, user } = config.mail.smtp;
  const mailer = createMailer(config);
  const server = `${host}:${port}`;
  try {
    await mailer.verify();
  } catch (error) {
    return { findings: [bad('mail', `${server} takes no mail (${errorCodeOf(error)})`, remedyOf(errorCodeOf(error)))] };
  } finally {
    mailer.close();
  }
  const found = `${server} takes mail${user === null ? '' : ' for our password'}`;
  return { findings: [isOpen(config, secure) ? openLine(found) : good('mail', found)] };
}

const remedies: Readonly<Record<string, string>> = {
  EAUTH: 'mail.smtp.user and passwordFile: the server refuses them',
  EDNS: 'mail.smtp.host: no such name',
  ETLS: 'mail.smtp.port and secure: 465 with secure, 587 without; and the certificate must be of that host',
  ESOCKET: 'mail.smtp.host and port, and that a firewall lets us out to them',
  ECONNECTION: 'mail.smtp.host and port, and that a firewall lets us out to them',
  ETIMEDOUT: 'mail.smtp.host and port, and that a firewall lets us out to them',
};

const remedyOf = (code: string): string =>
  `${remedies[code] ?? 'Look at mail.smtp'}. Mails wait for up to their life meanwhile`;

/** Without a password nothing demands TLS: whoever is between reads the links. */
function isOpen({ profile, mail }: Examination['config'], secure: boolean): boolean {
  return profile === 'production' && !secure && mail.smtp.user === null;
}

function openLine(found: string): Finding {
  const remedy = 'mail.smtp.secure: true, or a user: then TLS is demanded; else only on a network of your own';
  return doubtful('mail', `${found}, and TLS is not demanded: links may be read on the way`, remedy);
}
