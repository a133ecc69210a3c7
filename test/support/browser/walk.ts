/** The journey of a new user as one person walks it in a browser, in parts that other stories use too. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { goodPassword } from '../../../src/demo/personas.ts';
import type { DemoAddresses } from '../../../src/demo/ports.ts';
import type { Locale } from '../../../src/http/locale.ts';
import { labels } from './labels.ts';
import type { Watch } from './watch.ts';

export type WalkPerson = {
  readonly email: string;
  readonly name: string;
  readonly identityCode: string;
  /** Stands on the broker's list; others are typed in as a person of one's own invention. */
  readonly listed?: boolean;
};

export type Walk = {
  readonly at: DemoAddresses;
  readonly locale: Locale;
  readonly person: WalkPerson;
  readonly watch: Watch;
  /** The browser in which the mail is opened, where that is another one. */
  readonly otherDevice?: Watch;
};

/** What the portal's `/session.json` says. */
export type PortalSession = {
  readonly claims: { readonly sub: string; readonly acr: string; readonly amr: readonly string[] };
  readonly userinfo: { readonly email: string; readonly name?: string };
};

export const press = (page: Page, name: string | RegExp): Promise<void> =>
  page.getByRole('button', { name, ...(typeof name === 'string' && { exact: true }) }).click();
export const follow = (page: Page, name: string): Promise<void> =>
  page.getByRole('link', { name, exact: true }).first().click();

/** The newest mail to the address on the mailbox's page, opened; waits until there are `count`. */
export async function openMail(page: Page, mailbox: string, to: string, locale: Locale = 'fi', count = 1) {
  const subjects = page.locator('tbody a');
  for (let attempt = 0; attempt < 100; attempt += 1) {
    await page.goto(`${mailbox}/?lang=${locale}&to=${encodeURIComponent(to)}`);
    if ((await subjects.count()) >= count) return subjects.first().click();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`fewer than ${count} mails to ${to}`);
}

/** From the method page of strong-auth through the bank and back to the ladder. */
export async function visitBank({ page, look }: Watch, locale: Locale, person: Omit<WalkPerson, 'email'>) {
  const say = labels[locale];
  const { name, identityCode } = person;
  await press(page, say.bank);
  const bank = page.getByRole('button', { name: /^Demopankki/ });
  await bank.waitFor();
  await look('broker-bank');
  await bank.click();
  if (person.listed) {
    await page.getByLabel(`${name}, ${identityCode}`).check();
    await look('broker-person');
    await press(page, say.next);
  } else {
    await page.getByText(say.ownPerson, { exact: true }).click();
    await page.getByLabel(say.ownName, { exact: true }).fill(name);
    await page.getByLabel(say.ownCode, { exact: true }).fill(identityCode);
    await look('broker-person');
    await press(page, say.ownSubmit);
  }
}

/** From a portal's link through address and password, in Finnish; where that leads is the caller's to say. */
export async function signIn({ page }: Watch, portal: string, email: string, password = goodPassword): Promise<void> {
  const say = labels.fi;
  await page.goto(`${portal}/login`);
  await page.getByLabel(say.email, { exact: true }).fill(email);
  await press(page, say.next);
  await page.getByLabel(say.password, { exact: true }).fill(password);
  await press(page, say.signIn);
}

/** From the portal's link to «link sent». */
export async function signUp({ at, locale, person, watch: { page, look, arrive } }: Walk): Promise<void> {
  const say = labels[locale];
  await page.goto(`${at.oima.origin}/?lang=${locale}`);
  await look('portal');
  await follow(page, say.signIn);
  await arrive(/\/sign-in$/, 'sign-in');
  await page.getByLabel(say.email, { exact: true }).waitFor();
  await follow(page, say.createAccount);
  await arrive(/\/sign-up$/, 'sign-up');
  await page.getByLabel(say.emailAddress, { exact: true }).fill(person.email);
  await press(page, say.create);
  await arrive(/\/link-sent$/, 'link-sent');
  await page.getByText(person.email).first().waitFor();
}

/** From the mail to the page of strong identification, on whatever device the mail is opened. */
export async function activate({ at, locale, person, watch, otherDevice }: Walk): Promise<void> {
  const { page, look, arrive } = otherDevice ?? watch;
  const say = labels[locale];
  await openMail(page, at.mailbox.origin, person.email, locale);
  await arrive(/\/messages\//, 'mail');
  await follow(page, say.activate);
  await arrive(/\/links\/activate\/[\w-]+$/, 'activate');
  await page.getByLabel(say.newPassword, { exact: true }).fill(goodPassword);
  await press(page, say.savePassword);
  if (otherDevice) {
    await page.getByRole('link', { name: say.next, exact: true }).waitFor();
    await look('activate-done');
    await follow(page, say.next);
  }
  await arrive(/\/strong-auth$/, 'strong-auth');
}

/** From the page of strong identification to the portal; the code only where the mailbox was proved elsewhere. */
export async function climb({ at, locale, person, watch, otherDevice }: Walk): Promise<PortalSession> {
  const here = otherDevice ?? watch;
  const { page, arrive } = here;
  const say = labels[locale];
  await visitBank(here, locale, person);
  if (otherDevice) {
    await arrive(/\/email-code$/, 'email-code');
    await page.getByLabel(say.code, { exact: true }).fill(await mailedCode(at.mailbox.origin, person.email));
    await press(page, say.linkAccount);
  }
  await arrive(/\/link-eid$/, 'link-eid');
  const shown = await page.locator('main').innerText();
  if (!shown.includes(person.email) || !shown.includes(person.name)) throw new Error(`not who is linked:\n${shown}`);
  if (shown.includes(person.identityCode)) throw new Error(`the identity code is shown:\n${shown}`);
  await press(page, say.linkYes);
  await arrive(/\/terms$/, 'terms');
  await press(page, say.accept);
  await arrive(/\/welcome$/, 'welcome');
  await press(page, say.toFrontPage);
  // By name: on another device the portal speaks its own language.
  await page.locator('button[name=logout]').waitFor();
  await arrive(new RegExp(`^${at.oima.origin}/$`), 'signed-in');
  return portalSession(page, at.oima.origin);
}

/** Who is signed in at a portal in this browser, or null. Asked in a tab: only the browser knows every name of a host. */
export async function sessionAt(page: Page, portal: string): Promise<PortalSession | null> {
  const tab = await page.context().newPage();
  try {
    const answer = await tab.goto(`${portal}/session.json`);
    // The portal's own words; the tests say which of them they expect.
    return answer?.ok() ? ((await answer.json()) as PortalSession) : null;
  } finally {
    await tab.close();
  }
}

/** Until the portal has heard that the session is over: nobody waits for that, so it may take a moment. */
export async function signedOutAt(page: Page, portal: string): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    if ((await sessionAt(page, portal)) === null) return;
    await sleep(100);
  }
  throw new Error(`somebody is still signed in at ${portal}`);
}

/** {@link sessionAt}; throws where nobody is signed in. */
export async function portalSession(page: Page, portal: string): Promise<PortalSession> {
  const session = await sessionAt(page, portal);
  if (session === null) throw new Error(`nobody is signed in at ${portal}`);
  return session;
}

/** Waits for a mail with a code. */
export async function mailedCode(mailbox: string, to: string, count = 1): Promise<string> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const answer = await fetch(`${mailbox}/api/messages?to=${encodeURIComponent(to)}`);
    const mails = (await answer.json()) as readonly { text: string }[];
    const codes = mails.flatMap(({ text }) => / (\d{6})$/m.exec(text)?.[1] ?? []);
    if (codes[0] !== undefined && codes.length >= count) return codes[0];
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`no code in the mails to ${to}`);
}

/** A correctly formed identity code that no person has: born 3 March of a year in 1930–1999, individual number 900–999. */
export function inventedCode(year: number, individual: number): string {
  const digits = `0303${String(year % 100).padStart(2, '0')}${individual}`;
  const check = '0123456789ABCDEFHJKLMNPRSTUVWXY'[Number(digits) % 31] ?? '';
  return `${digits.slice(0, 6)}-${individual}${check}`;
}
