/**
 * "Demotunnistus": a broker of strong identification that does not exist, as a program of its own. It speaks the
 * Finnish Trust Network's OpenID Connect profile as the real ones do, on oidc-provider, and vouches for anybody: so it
 * runs on loopback only, states test levels only (loatest…), and refuses NODE_ENV=production.
 *
 * provider.ts is the protocol, routes.ts the person's way through the pages, scenarios.ts and faults.ts what can go
 * wrong. It shares no code with the connector in src/upstream on purpose: a mistake in the profile must show.
 */
import { demoConfig } from '../demo-config.ts';
import { serveOnLoopback } from '../loopback.ts';
import { runProgram } from '../program.ts';
import { createBrokerApp } from './app.ts';
import { brokerSettings } from './settings.ts';

await runProgram('broker', async () => {
  const settings = brokerSettings(demoConfig(process.env));
  return serveOnLoopback(await createBrokerApp(settings), settings.address);
});
