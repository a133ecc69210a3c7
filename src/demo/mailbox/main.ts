// The mailbox of the demo world: catches every mail that Avain sends (SMTP on loopback) and shows it on a web page and
// as JSON. May import the shared files of src/demo and nothing of Avain. Promise: a mail acknowledged over SMTP is in
// the list at once and after a restart (the newest 500).
import { demoConfig } from '../demo-config.ts';
import { type Running, serveOnLoopback } from '../loopback.ts';
import { runProgram } from '../program.ts';
import { createMailboxApp } from './app.ts';
import { openMailbox } from './mailbox.ts';
import { receiveMail } from './smtp.ts';

await runProgram('mailbox', async (): Promise<Running> => {
  const { addresses, demoDir } = demoConfig(process.env);
  const mailbox = await openMailbox(demoDir);
  const smtp = await receiveMail(mailbox, addresses.smtp);
  const pages = await serveOnLoopback(
    createMailboxApp(mailbox, addresses.mailbox.origin).callback(),
    addresses.mailbox,
  );
  return {
    async close() {
      await smtp.close();
      await pages.close();
    },
  };
});
