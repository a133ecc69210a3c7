import { randomBytes } from 'node:crypto';
import type { Context } from 'koa';
import { type Language, languageOf } from '../language.ts';
import type { PortalFrame } from './pages.ts';
import type { Portal } from './portal.ts';
import type { PortalSession } from './session.ts';
import type { PortalSettings } from './settings.ts';

/** The page's frame in this visitor's language. */
export function frameOf(settings: PortalSettings, ctx: Context): PortalFrame {
  return { settings, language: languageAt(settings, ctx) };
}

/** Finnish until switched. */
export function languageAt(settings: PortalSettings, ctx: Context): Language {
  return languageOf(ctx, programOf(settings));
}

/** Cookies begin with this: all ports of localhost share them. */
function programOf(settings: PortalSettings): string {
  return `portal_${settings.clientId}`;
}

/** Empty for somebody without a session cookie. */
export function sessionIdOf(settings: PortalSettings, ctx: Context): string {
  return ctx.cookies.get(programOf(settings)) ?? '';
}

/** A new id at every sign-in: one that was planted before is worth nothing. */
export function replaceSession({ settings, sessions }: Portal, ctx: Context, session: PortalSession): void {
  const id = randomBytes(32).toString('base64url');
  sessions.take(sessionIdOf(settings, ctx));
  sessions.set(id, session);
  ctx.cookies.set(programOf(settings), id, { httpOnly: true, sameSite: 'lax', overwrite: true });
}

/** Ends this visitor's session here; returns it if there was one. */
export function forgetSession({ settings, sessions }: Portal, ctx: Context): PortalSession | undefined {
  const session = sessions.take(sessionIdOf(settings, ctx));
  ctx.cookies.set(programOf(settings), null);
  return session;
}

/** What ties a sign-in under way to the browser that began it. */
export function browserOf(settings: PortalSettings, ctx: Context): string {
  const name = `${programOf(settings)}_browser`;
  const known = ctx.cookies.get(name);
  if (known !== undefined) return known;
  const browser = randomBytes(32).toString('base64url');
  ctx.cookies.set(name, browser, { httpOnly: true, sameSite: 'lax', overwrite: true });
  return browser;
}
