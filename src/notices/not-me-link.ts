/** The link «En tehnyt tätä»: its token is born with the notice and rests sealed in the outbox until the mail is sent. */
import { linkHref } from '../accounts/request-mail.ts';
import type { Deps } from '../deps.ts';
import type { SealedLetter } from '../mail/messages.ts';
import type { OutboxMail } from '../mail/outbox.ts';
import { newLinkToken, storeLink, tokenHashOf } from '../secrets/one-time.ts';

export function newNotMeHref({ config, random }: Pick<Deps, 'config' | 'random'>): string {
  return linkHref(config.issuer, 'not-me', newLinkToken(random));
}

/**
 * For the worker, before it sends the mail: the link opens when its mail can be read. Nothing for mails without one. A
 * mail that is tried again leaves its link as it is: the first try may have arrived, and the link may be spent by now.
 */
export async function storeNotMeLink(
  deps: Pick<Deps, 'config' | 'storage' | 'clock' | 'random'>,
  mail: OutboxMail,
  { model }: SealedLetter,
): Promise<void> {
  if (!('notMeHref' in model)) return;
  const token = new URL(model.notMeHref).searchParams.get('token');
  if (token === null || (await deps.storage.links.get(tokenHashOf(token))) !== null) return;
  const { message: about, emailFingerprint, accountId, clientId, locale } = mail;
  const nobody = { journeyId: null, interactionUid: null, browser: null };
  // Without the address itself, which the account has: nothing of a person outlives it in here.
  const to = { email: '', emailFingerprint, accountId, clientId, locale } as const;
  const link = { purpose: 'not-me', about, aboutAt: model.at, ...to } as const;
  await storeLink(deps, { ...link, ...nobody }, token);
}
