/** What a person sees of the service they are signing in to: the client, or the operator where none is known. */
import type { Client, Config } from '../config/schema.ts';
import type { Locale } from './locale.ts';
import type { ServiceFrame } from './views.ts';

export function serviceFrame(
  config: Config,
  client: Client | null,
  locale: Locale,
  stylesheet: string | null,
): ServiceFrame {
  const own = client?.support ?? {};
  const links = client?.links?.[locale];
  return {
    name: client?.name[locale] ?? config.operator.name,
    stylesheet,
    homeHref: links?.home ?? client?.startUrl ?? null,
    privacyHref: links?.privacy ?? null,
    support: {
      email: own.email ?? config.support.email,
      phone: own.phone ?? config.support.phone,
      hours: (own.hours ?? config.support.hours)?.[locale] ?? null,
    },
    operator: config.operator.name,
  };
}
