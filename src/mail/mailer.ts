/** SMTP, by nodemailer. */
import { createTransport } from 'nodemailer';
import type { Config } from '../config/schema.ts';
import type { RenderedMail } from '../http/mail-models.ts';

export type Delivery = RenderedMail & { readonly id: string; readonly to: string; readonly fromName: string };

export type Mailer = {
  /** Resolves when the server took the message. Rejects with `permanent: true` where trying again is of no use. */
  send(delivery: Delivery): Promise<void>;
  /** Goes as far as a delivery does before its first word. Rejects where one could not begin; `code` says why. */
  verify(): Promise<void>;
  close(): void;
};

const timeoutMs = 10_000;

export function createMailer({ mail, secrets, issuer }: Pick<Config, 'mail' | 'secrets' | 'issuer'>): Mailer {
  const { host, port, secure, user } = mail.smtp;
  const transport = createTransport({
    host,
    port,
    secure,
    // A password goes out over an encrypted connection or not at all (RFC 8314).
    requireTLS: !secure && user !== null,
    ...(user !== null && { auth: { user, pass: secrets.smtpPassword?.reveal() ?? '' } }),
    pool: true,
    maxConnections: 2,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    // A message is made of our own parts only.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const messageHost = new URL(issuer).hostname;
  return {
    send: async ({ id, to, fromName, subject, html, text }) => {
      await transport.sendMail({
        // Addresses as objects, never concatenated: a name or address cannot add a header.
        from: { name: fromName, address: mail.from.address },
        to: { name: '', address: to },
        ...(mail.replyTo !== null && { replyTo: mail.replyTo }),
        subject,
        text,
        html,
        // Kept over retries, so that a receiver can drop a copy.
        messageId: `<${id}@${messageHost}>`,
        headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'OOF, AutoReply' },
      });
    },
    verify: async () => void (await transport.verify()),
    close: () => transport.close(),
  };
}

/** SMTP 5yz (RFC 5321 4.2.1) and messages that can't be made: no retry will help. */
export function isPermanent(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('permanent' in error) return error.permanent === true;
  return 'responseCode' in error && typeof error.responseCode === 'number' && error.responseCode >= 500;
}
