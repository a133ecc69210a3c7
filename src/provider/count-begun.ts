import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Deps } from '../deps.ts';
import type { ClientId } from '../ids.ts';
import { firstRungOf } from '../journey/first-rung.ts';
import { resumes } from './policy.ts';

/** That a person was sent to our pages, and to which first, for the statistics. */
export function countBegun(provider: Provider, { tally, clock }: Pick<Deps, 'tally' | 'clock'>): void {
  provider.on('interaction.started', (ctx: KoaContextWithOIDC, { reasons }) => {
    // Another prompt of the same request: the journey goes on.
    if (resumes(ctx)) return;
    // A cast: clients are known by ids of ours.
    const client = (ctx.oidc.client?.clientId ?? null) as ClientId | null;
    const at = clock.now();
    tally.count('journey/begun', client, at);
    tally.count(`rung/${firstRungOf(reasons)}/entered`, client, at);
  });
}
