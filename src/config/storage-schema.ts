/** Where accounts and everything with a life are kept: `storage` in avain.yaml. */
import { z } from 'zod';
import { text } from './values.ts';

const url = (protocols: readonly string[], expected: string) =>
  z.string().refine((value) => isStoreUrl(value, protocols), { error: expected });

const redisUrl = url(
  ['redis:', 'rediss:'],
  'redis://host:port, or rediss:// for TLS; user and password have their own keys',
);

/** How a server of either kind lets Avain in, and how Avain knows it. */
const access = {
  user: text.nullable().default(null),
  passwordFile: text.nullable().default(null).describe('Relative to this file'),
  caFile: text
    .nullable()
    .default(null)
    .describe('Certificates to trust, where the server has one of a private authority'),
};

const mongo = z.strictObject({
  url: url(
    ['mongodb:', 'mongodb+srv:'],
    'mongodb://host:port,host:port/?replicaSet=name&tls=true; user and password have their own keys',
  ).describe('Connection string without credentials'),
  database: z
    .string()
    .regex(/^[\w-]{1,38}$/, 'a name of letters, digits, "_" and "-", at most 38')
    .default('avain'),
  ...access,
  maxPoolSize: z.int().min(2).max(500).default(32).describe('Connections of this node at most'),
});

const redis = z.strictObject({
  url: redisUrl.nullable().default(null).describe('One server, or the address of the present primary'),
  clusterNodes: z.array(redisUrl).default([]).describe('Redis Cluster: some of its nodes; the others are found'),
  ...access,
  keyPrefix: z
    .string()
    .regex(/^[\w-]{1,20}$/, 'letters, digits, "_" and "-", at most 20')
    .default('avain'),
});

/** One object and not a union of two: so that a fault names the key that is missing, and editors offer all keys. */
export const storageSchema = z
  .strictObject({
    kind: z
      .enum(['sqlite', 'mongo-redis'])
      .default('sqlite')
      .describe('sqlite: embedded, one node; mongo-redis: MongoDB and Redis, any number of nodes'),
    memory: z.boolean().default(false).describe('Tests only; sqlite'),
    mongo: mongo
      .refine(({ user, passwordFile }) => (user === null) === (passwordFile === null), {
        path: ['user'],
        error: 'both user and passwordFile, or neither',
      })
      .nullable()
      .default(null)
      .describe('What must last'),
    redis: redis
      .refine(({ user, passwordFile }) => user === null || passwordFile !== null, {
        path: ['passwordFile'],
        error: 'a passwordFile beside user',
      })
      .refine(({ url: one, clusterNodes }) => (one === null) !== (clusterNodes.length === 0), {
        path: ['url'],
        error: 'either url or clusterNodes',
      })
      .nullable()
      .default(null)
      .describe('What expires'),
  })
  .refine(({ kind, mongo: durable }) => kind === 'sqlite' || durable !== null, {
    path: ['mongo'],
    error: 'mongo.url, for kind mongo-redis',
  })
  .refine(({ kind, redis: expiring }) => kind === 'sqlite' || expiring !== null, {
    path: ['redis'],
    error: 'redis.url or redis.clusterNodes, for kind mongo-redis',
  })
  .refine(({ kind, memory }) => kind === 'sqlite' || !memory, {
    path: ['memory'],
    error: 'false: only sqlite can be in memory',
  });

/** Credentials in an address would stand in a file that many may read, and in every error that names the address. */
function isStoreUrl(value: string, protocols: readonly string[]): boolean {
  // Several hosts, as MongoDB's addresses have them, are no URL to the standard parser: the first host stands for all.
  const first = value.replace(/,[^/?]*/, '');
  return !value.includes('@') && URL.canParse(first) && protocols.includes(new URL(first).protocol);
}
