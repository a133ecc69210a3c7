// A portal of the demo world: an ordinary web service that lets Avain sign its visitors in (openid-client, authorization
// code with PKCE). One program, started once per client id: `main.ts oima`. May import the shared files of src/demo and
// nothing of Avain, and talks to Avain by OpenID Connect only. Promise: what it shows was in a validated ID token or in
// the userinfo answer for the same `sub`; Avain's sign-out ends its sessions.
import { demoConfig } from '../demo-config.ts';
import { serveOnLoopback } from '../loopback.ts';
import { runProgram } from '../program.ts';
import { createPortalApp } from './app.ts';
import { portalSettings } from './settings.ts';

const clientId = process.argv[2] ?? '';

await runProgram(`portal ${clientId}`, async () => {
  const settings = portalSettings(clientId, demoConfig(process.env));
  return serveOnLoopback(createPortalApp(settings, Date.now).callback(), settings.address);
});
