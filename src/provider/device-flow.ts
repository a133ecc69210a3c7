/**
 * Signing in on a device without a keyboard (RFC 8628): the person types the device's code at /device, sees which service
 * and which device it is for, and climbs the usual ladder. The library keeps the codes; the pages are ours. Anybody can
 * send somebody a code of their own, so nothing goes on before the page that says so was answered (RFC 8628 5.4).
 */
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import type { DeviceLook } from '../accounts/account.ts';
import type { Client } from '../config/schema.ts';
import { deviceLookOf } from '../http/device-look.ts';
import type { FormError } from '../http/views.ts';
import type { ProviderDeps } from './deps.ts';
import { providerPages } from './provider-pages.ts';
import { canonicalUserCode, shownUserCode, userCodeCharset, userCodeMask } from './user-code.ts';

type DeviceFlow = NonNullable<NonNullable<Configuration['features']>['deviceFlow']>;
/** The library has no public names for what its own device pages tell. */
type Told = Error & { readonly userCode?: string };

/** By the names of the library's errors; the last is ours (device-codes.ts). */
const mistakes: Readonly<Record<string, FormError['text']>> = {
  NoCodeError: { key: 'error.user-code-required' },
  NotFoundError: { key: 'error.user-code-unknown' },
  ExpiredError: { key: 'error.user-code-expired' },
  AlreadyUsedError: { key: 'error.user-code-used' },
  code_in_use: { key: 'error.user-code-used' },
};

/** The form's token, as the library's own forms carry it. */
const xsrfOf = ({ oidc }: KoaContextWithOIDC): string => String(oidc.session?.state?.['secret']);

/** Nobody types it again for another language of the page. */
const withCode = (userCode: string): string => (userCode === '' ? '' : `&user_code=${encodeURIComponent(userCode)}`);

/** What is nothing but spaces and dashes is no guess. */
function mistakeOf({ name }: Told, code: string | undefined, guessed: boolean): string {
  if (name === 'NotFoundError' && !guessed) return 'NoCodeError';
  return code === 'code_in_use' ? code : name;
}

export function deviceFlow(deps: ProviderDeps): DeviceFlow {
  const { end, ...sources } = devicePages(deps);
  return {
    enabled: true,
    charset: userCodeCharset,
    mask: userCodeMask,
    deviceInfo: (ctx) => ({ ...deviceLookOf(ctx) }),
    ...sources,
    successSource: async (ctx) => end(ctx, 'allowed'),
  };
}

function devicePages(deps: ProviderDeps) {
  const { pages, clients } = deps;
  const { renderError } = providerPages(deps);
  const at = (ctx: KoaContextWithOIDC, client: Client | null) => {
    const wish: unknown = ctx.oidc.params?.ui_locales;
    const uiLocales = typeof wish === 'string' ? wish : null;
    const wishes = { switched: pages.switchedLocale(ctx), uiLocales };
    return { client, locale: pages.localeOf(ctx, wishes, client), path: '/device' };
  };
  const end = (ctx: KoaContextWithOIDC, outcome: 'allowed' | 'denied') => {
    const client = clients.get(ctx.oidc.client?.clientId ?? '') ?? null;
    pages.send(ctx, 'pages/device-done', { outcome }, at(ctx, client));
  };
  const userCodeInputSource: NonNullable<DeviceFlow['userCodeInputSource']> = async (ctx, _form, out, err) => {
    const told = err as Told | undefined;
    if (told?.name === 'AbortedError') return end(ctx, 'denied');
    const guessed = told?.name === 'NotFoundError' && canonicalUserCode(told.userCode ?? '') !== '';
    const text = told && mistakes[mistakeOf(told, out?.error, guessed)];
    if (told && out && !text) return renderError(ctx, out, told);
    if (text) ctx.status = 422;
    const typed: unknown = told?.userCode ?? ctx.state['userCode'];
    const model = { xsrf: xsrfOf(ctx), userCode: typeof typed === 'string' ? typed : '' };
    const errors = text ? [{ field: 'user_code', text } as const] : [];
    pages.send(ctx, 'pages/device', model, { ...at(ctx, null), errors, keptQuery: withCode(model.userCode) });
  };
  const userCodeConfirmSource: NonNullable<DeviceFlow['userCodeConfirmSource']> = async (ctx, _form, client, info) => {
    const service = clients.get(client.clientId);
    if (service === undefined) throw new Error('a device code for an unknown client');
    const frame = at(ctx, service);
    const userCode = shownUserCode(String(ctx.oidc.params?.['user_code']));
    // A cast: `deviceInfo` above made it.
    const look = info as unknown as DeviceLook;
    const model = { xsrf: xsrfOf(ctx), userCode, client: service.name[frame.locale], look };
    pages.send(ctx, 'pages/device-confirm', model, { ...frame, keptQuery: withCode(userCode) });
  };
  return { end, userCodeInputSource, userCodeConfirmSource };
}
