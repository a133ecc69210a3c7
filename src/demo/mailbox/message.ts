import { simpleParser } from 'mailparser';

/** One received mail: the shape of the mailbox's JSON contract. */
export type Message = Readonly<{
  id: string;
  /** The addresses of the envelope, which is where the mail really went, joined by a comma. */
  to: string;
  from: string;
  subject: string;
  /** ISO 8601, UTC: when it was received. */
  date: string;
  /** By lower-cased name; repeated ones joined by a comma. */
  headers: Readonly<Record<string, string>>;
  /** Empty where the mail has no such part. */
  text: string;
  html: string;
}>;

/** A mail as SMTP delivers it. */
export type Delivery = Readonly<{ id: string; receivedAt: number; recipients: readonly string[]; raw: Buffer }>;

/** Reads the raw mail (RFC 5322, MIME) into a {@link Message}. Rejects when it cannot be parsed. */
export async function readMessage({ id, receivedAt, recipients, raw }: Delivery): Promise<Message> {
  const mail = await simpleParser(raw, { skipTextToHtml: true, skipImageLinks: true, skipHtmlToText: true });
  return {
    id,
    to: recipients.join(', '),
    from: mail.from?.text ?? '',
    subject: mail.subject ?? '',
    date: new Date(receivedAt).toISOString(),
    headers: headersOf(mail.headerLines),
    text: mail.text ?? '',
    html: mail.html || '',
  };
}

function headersOf(lines: readonly { key: string; line: string }[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const { key, line } of lines) {
    const value = line
      .slice(line.indexOf(':') + 1)
      .replace(/\r?\n[ \t]+/g, ' ')
      .trim();
    const earlier = headers[key];
    headers[key] = earlier === undefined ? value : `${earlier}, ${value}`;
  }
  return headers;
}
