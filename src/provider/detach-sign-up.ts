import type { Middleware } from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Clock } from '../deps.ts';

const secondMs = 1_000;

/**
 * Whoever is sent to sign up (`prompt=create`) out of somebody's session may end that session on the way, at the link in
 * the mail; the library would end what was begun in it too. It goes on in this browser only all the same (resume-guard.ts).
 */
export const detachSignUp =
  ({ clock }: { readonly clock: Clock }): Middleware =>
  async (ctx, next) => {
    await next();
    // A cast: after the provider's own routes the context has what they put there, on other routes nothing.
    const { oidc } = ctx as unknown as Partial<KoaContextWithOIDC>;
    const interaction = oidc?.route === 'authorization' ? oidc.entities.Interaction : undefined;
    if (!interaction?.session || !oidc?.promptPending('create')) return;
    Reflect.deleteProperty(interaction, 'session');
    await interaction.save(Math.max(1, interaction.exp - Math.floor(clock.now() / secondMs)));
  };
