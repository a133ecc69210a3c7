/** Mails that the mail server did not take, as the service would have stored them: of the demo world's server all go at once. */
import { randomBytes, randomInt } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { emailFingerprint, parseEmailAddress } from '../../src/accounts/email-address.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { ClientId } from '../../src/ids.ts';
import { keyringOf } from '../../src/keys/keyring-of.ts';
import { composeMail } from '../../src/mail/messages.ts';
import type { World } from './start-world.ts';

const root = join(import.meta.dirname, '../..');
const hourMs = 3_600_000;

/** Tried once: due again in an hour, or given up. Its id. */
export async function keepMailBack(world: World, email: string, deadReason: string | null): Promise<string> {
  const { secrets } = await loadConfig({ env: world.env, root });
  const keyring = keyringOf(secrets);
  const parsed = parseEmailAddress(email);
  if (!parsed.ok) throw new Error('no address');
  const { sealed, ...mail } = composeMail(
    { keyring, clock: { now: Date.now }, random: { bytes: randomBytes, int: randomInt } },
    {
      message: 'no-account',
      model: { signInHref: world.issuer },
      to: email,
      emailFingerprint: emailFingerprint(keyring, parsed.address),
      accountId: null,
      // A cast: it is one of the demo world's.
      client: { id: 'oima' as ClientId },
      locale: 'fi',
    },
  );
  const database = new DatabaseSync(join(world.dataDir, 'avain.db'), { timeout: 5_000 });
  try {
    const put = database.prepare(
      `INSERT INTO outbox (id, body, sealed, expires_at, attempts, due_at, settled_at, dead_reason)
       VALUES (?, ?, ?, ?, 1, ?, ?, ?)`,
    );
    const [dead, now] = [deadReason !== null, Date.now()];
    const ends = dead ? [null, now, deadReason] : [now + hourMs, null, null];
    put.run(mail.id, JSON.stringify(mail), dead ? null : sealed, mail.expiresAt, ...ends);
  } finally {
    database.close();
  }
  return mail.id;
}
