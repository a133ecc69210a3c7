/** What Avain asks of a Redis server, looked up in INFO: CONFIG is forbidden on many managed servers. */
import type { Logger } from 'pino';
import type { ServerInfo } from './fence.ts';

type Demand = {
  readonly fails: (info: ServerInfo) => boolean;
  readonly setting: string;
  readonly fix: string;
};

const demands: readonly Demand[] = [
  {
    fails: ({ maxmemory_policy: policy }) => policy !== undefined && policy !== 'noeviction',
    setting: 'maxmemory-policy',
    fix: 'set "maxmemory-policy noeviction": a Redis that throws rows away when it is full lets spent codes be used again',
  },
  {
    fails: ({ aof_enabled: appendOnly }) => appendOnly === '0',
    setting: 'appendonly',
    fix: 'set "appendonly yes": without it every restart signs everybody out',
  },
];

/** Warns by the name of each setting that should be another. Throws where nothing would work at all. */
export function checkSettings(infos: readonly ServerInfo[], clustered: boolean, log: Pick<Logger, 'warn'>): void {
  for (const { redis_version: version = '' } of infos) {
    if (Number.parseInt(version, 10) < 7) throw new Error(`Redis ${version} is too old: Avain needs 7 or newer`);
  }
  if (!clustered && infos.some(({ cluster_enabled: enabled }) => enabled === '1')) {
    throw new Error('this Redis is part of a cluster: name its nodes in storage.redis.clusterNodes, not in url');
  }
  for (const { fails, setting, fix } of demands) {
    if (infos.some(fails)) log.warn({ setting, fix }, `Redis: ${fix}`);
  }
}
