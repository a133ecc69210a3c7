/** What a person sees of the service they are signing in to: the client, or the operator where none is known. */
import { signInAddress } from '../clients/sign-in-address.ts';
import type { OwnTexts } from '../config/own-texts.ts';
import type { Client, Config } from '../config/schema.ts';
import type { StatementKind } from '../config/statements.ts';
import type { Locale } from './locale.ts';
import type { LogoLook } from './logos.ts';
import { statementHref } from './statement-href.ts';

/** What a person sees of the service they are signing in to: a client, or Avain itself where none is known. */
export type ServiceFrame = {
  /** In the frame's language, uninflected: the texts bend it ("Oima-palvelun", "Oma Palkka -palvelun"). */
  readonly name: string;
  /** The one stylesheet with this client's tokens in it (`Assets.stylesheet`); null = the plain one. */
  readonly stylesheet: string | null;
  /** In the place of the name in the header, at this size; null = the name. */
  readonly logo: {
    readonly src: string;
    readonly darkSrc: string | null;
    readonly width: number;
    readonly height: number;
    readonly alt: string;
  } | null;
  /** `#rrggbb`, for mails, which have no stylesheet. */
  readonly colours: { readonly accent: string; readonly action: string; readonly onAction: string };
  /** The client's own words for some texts; null = none. */
  readonly texts: OwnTexts | null;
  /** Where the name in the header leads; null = no link. */
  readonly homeHref: string | null;
  readonly statements: Readonly<Record<StatementKind, string>>;
  /** Null or empty parts are left out of the help block. */
  readonly support: { readonly email: string; readonly phone: string | null; readonly hours: string | null };
  readonly operator: string;
};

/** What of it is served as files. */
export type FrameLook = { readonly stylesheet: string; readonly logo: LogoLook | null };

// Of the plain stylesheet.
const plainColours = { accent: '#0b57a4', action: '#0b57a4', onAction: '#ffffff' } as const;

/** `look`: null in mails, which show no file of ours, and where no client is known. */
export function serviceFrame(
  config: Pick<Config, 'issuer' | 'operator' | 'support'>,
  client: Client | null,
  locale: Locale,
  look: FrameLook | null = null,
): ServiceFrame {
  const own = client?.support ?? {};
  const logo = client?.brand.logo ?? null;
  return {
    name: client?.name[locale] ?? config.operator.name,
    stylesheet: look?.stylesheet ?? null,
    logo: look?.logo && logo ? { ...look.logo, width: logo.width, height: logo.height, alt: logo.alt[locale] } : null,
    colours: client?.theme.light ?? plainColours,
    texts: client?.texts ?? null,
    homeHref: client?.links?.[locale].home ?? signInAddress(client, config.issuer),
    statements: {
      accessibility: statementHref('accessibility', client, locale),
      privacy: statementHref('privacy', client, locale),
      cookies: statementHref('cookies', client, locale),
    },
    support: {
      email: own.email ?? config.support.email,
      phone: own.phone ?? config.support.phone,
      hours: (own.hours ?? config.support.hours)?.[locale] ?? null,
    },
    operator: config.operator.name,
  };
}
