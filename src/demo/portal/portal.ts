import type { RelyingParty } from './relying-party.ts';
import type { PortalSessions } from './session.ts';
import type { PortalSettings } from './settings.ts';
import type { StartedSignIns } from './start.ts';

/** One running portal: what it is, how it reaches Avain, and what it remembers in this process. */
export type Portal = Readonly<{
  settings: PortalSettings;
  relyingParty: RelyingParty;
  sessions: PortalSessions;
  started: StartedSignIns;
}>;
