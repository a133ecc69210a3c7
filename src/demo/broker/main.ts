/**
 * "Demotunnistus": a broker of strong identification that does not exist, as a program of its own. It speaks the
 * Finnish Trust Network's OpenID Connect profile as the real ones do, on oidc-provider, and vouches for anybody: so it
 * runs on loopback only, states test levels only (loatest…), and refuses production.
 *
 * dialects.ts is how the real brokers differ, scenarios.ts every way to fail: one table each. provider.ts is the protocol,
 * mint.ts makes its tokens, routes.ts is the person's way through the pages. It shares no code with the connector in
 * src/upstream on purpose: a mistake in the profile must show.
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
