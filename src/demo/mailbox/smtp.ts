import { randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import { errorCode } from '../error-code.ts';
import { type Running, takenPort } from '../loopback.ts';
import type { DemoAddress } from '../ports.ts';
import type { Mailbox } from './mailbox.ts';
import { readMessage } from './message.ts';

const largestMailBytes = 1024 * 1024;

/** Addresses that begin so have no mailbox here, as everybody's server has some: what is sent there comes to nothing. */
const absentMailbox = 'olematon';

/** RFC 3463 5.1.1: bad destination mailbox address. */
const noSuchMailbox = (): Error => Object.assign(new Error('5.1.1 No such mailbox here'), { responseCode: 550 });

/**
 * Receives mail on loopback without sign-in or TLS and puts it into the mailbox; a mail is acknowledged only when it
 * is on disk. Rejects when the port is taken.
 */
export async function receiveMail(mailbox: Mailbox, address: DemoAddress): Promise<Running> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: largestMailBytes,
    closeTimeout: 1_000,
    onRcptTo: ({ address: to }, _session, done) => done(to.startsWith(absentMailbox) ? noSuchMailbox() : null),
    onData(stream, session, done) {
      const recipients = session.envelope.rcptTo.map((recipient) => recipient.address);
      buffer(stream)
        .then((raw) => {
          if (stream.sizeExceeded) throw new Error('This mailbox takes mails of at most 1 MiB');
          return readMessage({ id: randomUUID(), receivedAt: Date.now(), recipients, raw });
        })
        .then((message) => mailbox.add(message))
        .then(
          () => done(),
          (error: Error) => done(error),
        );
    },
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: Error) =>
      reject(errorCode(error) === 'EADDRINUSE' ? new Error(takenPort(address), { cause: error }) : error),
    );
    server.listen(address.port, '127.0.0.1', resolve);
  });
  // A client that hangs up is no reason to stop receiving the mails of others.
  server.on('error', (error: Error) => console.error(`SMTP: ${error.message}`));
  return { close: () => new Promise((resolve) => server.close(() => resolve())) };
}
