import type { Context } from 'koa';
import type { Deps } from '../deps.ts';
import { RequestRefused } from '../errors.ts';
import type { Broker } from './broker.ts';

const notFound = { title: 'page.not-found-title', body: 'page.not-found-body' } as const;

/**
 * What a broker may read of our keys, at `/upstream/<broker>/…`: the plain set, the set signed by our entity key, and
 * the entity statement that names that key. A disabled broker may still read: its switching on needs them.
 */
export function publishedKeyRoutes({ brokers }: Pick<Deps, 'brokers'>) {
  const publish =
    (type: string, read: (broker: Broker) => Promise<unknown>) =>
    async (ctx: Context): Promise<void> => {
      const broker = brokers.get(String(ctx.params.broker));
      const content = broker ? await read(broker) : null;
      if (content === null) throw new RequestRefused(404, 'unknown-broker', notFound);
      // Five minutes, far less than keys overlap; whoever keeps it longer has a day.
      ctx.set('Cache-Control', 'public, max-age=300');
      ctx.type = type;
      ctx.body = content;
    };
  return {
    jwks: publish('application/json', (broker) => broker.jwks()),
    signedJwks: publish('application/jwk-set+jwt', (broker) => broker.signedJwks()),
    entityStatement: publish('application/entity-statement+jwt', (broker) => broker.entityStatement()),
  };
}
