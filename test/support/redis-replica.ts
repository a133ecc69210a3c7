/** A real replica of a Redis, to be promoted without the last writes of its primary. */
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { type StoreServer, startRedis } from './store-servers.ts';

export type Replica = {
  readonly server: StoreServer;
  /** Waits until it has all that its primary has now. */
  holdsEverything(): Promise<void>;
  /** From now on it hears of nothing and serves by itself. */
  promote(): void;
  /** So many bytes of commands the primary has had since. */
  lacks(): number;
};

export async function startReplica(primary: StoreServer): Promise<Replica> {
  const server = await startRedis(['--replicaof', '127.0.0.1', String(primary.port)]);
  const command = ({ port }: StoreServer, ...words: string[]) =>
    execFileSync('redis-cli', ['-p', String(port), ...words], { encoding: 'utf8' });
  const until = async (isSo: () => boolean) => {
    for (const end = Date.now() + 10_000; !isSo(); await sleep(50)) {
      if (Date.now() > end) throw new Error('the replica does not follow');
    }
  };
  await until(() => command(server, 'info', 'replication').includes('master_link_status:up'));
  const offset = (of: StoreServer) => Number(/master_repl_offset:(\d+)/.exec(command(of, 'info', 'replication'))?.[1]);
  let promotedAt = 0;
  return {
    server,
    holdsEverything: () => {
      const all = offset(primary);
      return until(() => offset(server) >= all);
    },
    promote: () => {
      command(server, 'replicaof', 'no', 'one');
      promotedAt = offset(primary);
    },
    lacks: () => offset(primary) - promotedAt,
  };
}
