import { resolve } from 'node:path';
import type { DemoConfig } from '../demo-config.ts';
import type { InLanguages } from '../language.ts';
import type { DemoAddress, DemoProgram } from '../ports.ts';

/** All that distinguishes one portal from another: the program is the same. */
export type PortalSettings = Readonly<{
  clientId: string;
  /** Where it listens, and where browsers see it. */
  address: DemoAddress;
  issuer: URL;
  name: InLanguages<string>;
  purpose: InLanguages<string>;
  scope: string;
  /** Absolute; undefined for a public client. Written by Avain at its first start, so read when needed. */
  secretFile: string | undefined;
}>;

type Portal = Readonly<{
  program: DemoProgram;
  isPublic: boolean;
  name: InLanguages<string>;
  purpose: InLanguages<string>;
}>;

const portals: Readonly<Record<string, Portal>> = {
  oima: {
    program: 'oima',
    isPublic: false,
    name: { fi: 'Oima', sv: 'Oima', en: 'Oima' },
    purpose: {
      fi: 'Oima-portaalissa työnantaja maksaa palkat. Kirjautuminen tapahtuu Avaimella.',
      sv: 'I Oima-portalen betalar arbetsgivaren löner. Inloggningen sker med Avain.',
      en: 'In the Oima portal an employer pays wages. Signing in is done by Avain.',
    },
  },
  'oima-apu': {
    program: 'oimaApu',
    isPublic: false,
    name: { fi: 'Oima henkilökohtainen apu', sv: 'Oima personlig assistans', en: 'Oima for personal assistance' },
    purpose: {
      fi: 'Portaali henkilökohtaisen avun työnantajille, jotka hyvinvointialue on ilmoittanut.',
      sv: 'Portalen för arbetsgivare inom personlig assistans som välfärdsområdet har anmält.',
      en: 'The portal of personal assistance, for employers named by their wellbeing services county.',
    },
  },
  kuitti: {
    program: 'kuitti',
    isPublic: true,
    name: { fi: 'Kuitti', sv: 'Kuitti', en: 'Kuitti' },
    purpose: {
      fi: 'Kuitti on ulkopuolinen palvelu, joka säilyttää kuitteja. Se kysyy luvan tietoihisi.',
      sv: 'Kuitti är en utomstående tjänst som sparar kvitton. Den ber om lov att få dina uppgifter.',
      en: 'Kuitti is a third-party service that keeps receipts. It asks for leave to see your data.',
    },
  },
};

/** The client ids of the portals that exist. */
export const portalIds = Object.keys(portals);

/** The settings of one portal. Throws `Error` for an unknown client id. */
export function portalSettings(clientId: string, config: DemoConfig): PortalSettings {
  const portal = portals[clientId];
  if (portal === undefined) throw new Error(`There is no portal «${clientId}», only ${portalIds.join(', ')}`);
  return {
    clientId,
    address: config.addresses[portal.program],
    issuer: new URL(config.addresses.avain.origin),
    name: portal.name,
    purpose: portal.purpose,
    scope: 'openid email profile offline_access',
    secretFile: portal.isPublic ? undefined : resolve(config.secretsDir, `client-${clientId}`),
  };
}
