/**
 * How a row is written in Redis, and the Lua steps that must not be interrupted. Each script has one key, so all of them
 * run on Redis Cluster as they are.
 *
 * A row is a text: `<expiresAt> <fence> <the rest>`. It carries its own end, compared with our clock at each use
 * (`expiresAt` empty = never; Redis' own TTL only cleans up), and the fence that stood when it was first written
 * (fence.ts): a row from before a fence that matters to it is dead too. `ARGV[1]` is now, `ARGV[2]` the least fence.
 */
import type { Cluster, Redis } from 'ioredis';
import type { Instant } from '../../ids.ts';

export type Client = Redis | Cluster;

const live = `
local function live(row)
  if not row then return false end
  local ends, fence = string.match(row, '^(%S*) (%S+) ')
  return (ends == '' or tonumber(ends) > tonumber(ARGV[1])) and tonumber(fence) >= tonumber(ARGV[2])
end
local function store(row, ttl)
  if ttl == '' then redis.call('SET', KEYS[1], row) else redis.call('SET', KEYS[1], row, 'PX', ttl) end
end
`;

const lua = {
  /** ttl, row → 1, or 0 where a live row is. */
  insertRow: `${live}
if live(redis.call('GET', KEYS[1])) then return 0 end
store(ARGV[4], ARGV[3])
return 1`,

  /** ttl ('keep' = as it is), row before, row after → 1, or 0 where the row is another one, or dead. */
  swapRow: `${live}
if redis.call('GET', KEYS[1]) ~= ARGV[4] or not live(ARGV[4]) then return 0 end
if ARGV[3] == 'keep' then redis.call('SET', KEYS[1], ARGV[5], 'KEEPTTL') else store(ARGV[5], ARGV[3]) end
return 1`,

  /** the rest before, the rest after → 1, or 0 where the row says something else, or is dead. Its end and fence stay. */
  swapRest: `${live}
local old = redis.call('GET', KEYS[1])
if not live(old) then return 0 end
local head, rest = string.match(old, '^(%S* %S+ )(.*)$')
if rest ~= ARGV[3] then return 0 end
redis.call('SET', KEYS[1], head .. ARGV[4], 'KEEPTTL')
return 1`,

  /** ttl, expiresAt, fence, createdAt, the rest: a live row keeps its fence, its consumption and its first instant. */
  upsertArtifact: `${live}
local fence, consumed, created = ARGV[5], '', ARGV[6]
local old = redis.call('GET', KEYS[1])
if live(old) then fence, consumed, created = string.match(old, '^%S* (%S+) (%S*) (%S+) ') end
store(table.concat({ ARGV[4], fence, consumed, created, ARGV[7] }, ' '), ARGV[3])`,

  /** payload → 1, or 0 where the row is dead. What stands before it in the row, and the TTL, stay. */
  replacePayload: `${live}
local old = redis.call('GET', KEYS[1])
if not live(old) then return 0 end
redis.call('SET', KEYS[1], string.match(old, '^[^\\n]*\\n') .. ARGV[3], 'KEEPTTL')
return 1`,

  /** → 1 for the one caller that consumed it. The TTL stays. */
  consumeArtifact: `${live}
local old = redis.call('GET', KEYS[1])
if not live(old) then return 0 end
local ends, fence, consumed, rest = string.match(old, '^(%S*) (%S+) (%S*) (.*)$')
if consumed ~= '' then return 0 end
redis.call('SET', KEYS[1], table.concat({ ends, fence, ARGV[1], rest }, ' '), 'KEEPTTL')
return 1`,

  /** position, value: deletes the row whose word at the position (0 = the first) is the value. */
  deleteOwned: `
local row = redis.call('GET', KEYS[1])
if row and string.match(row, '^' .. string.rep('%S* ', ARGV[1]) .. '(%S*)') == ARGV[2] then redis.call('DEL', KEYS[1]) end`,

  /** An index of rows by their ends. score, member, ttl ('' = for ever), score below which everybody is long dead. */
  indexRow: `
local isNew = redis.call('EXISTS', KEYS[1]) == 0
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[4])
redis.call('ZADD', KEYS[1], 'GT', ARGV[1], ARGV[2])
if ARGV[3] == '' then redis.call('PERSIST', KEYS[1])
elseif isNew then redis.call('PEXPIRE', KEYS[1], ARGV[3])
else redis.call('PEXPIRE', KEYS[1], ARGV[3], 'GT') end`,

  /** now, end of a window that begins now, ttl of such a window, end that is believable → count and end. A counter is `<count> <end>`. */
  hit: `
local count, ends = 0, ARGV[2]
local old = redis.call('GET', KEYS[1])
if old then
  local oldCount, oldEnds = string.match(old, '^(%d+) (%S+)$')
  local ending = tonumber(oldEnds)
  if ending > tonumber(ARGV[1]) and ending <= tonumber(ARGV[4]) then count, ends = tonumber(oldCount), oldEnds end
end
local row = string.format('%d %s', count + 1, ends)
if count > 0 then redis.call('SET', KEYS[1], row, 'KEEPTTL') else redis.call('SET', KEYS[1], row, 'PX', ARGV[3]) end
return row`,

  /** prefix → name that the key holds, and the row of that name. On one server only: a cluster would have the row elsewhere. */
  followPointer: `
local name = redis.call('GET', KEYS[1])
return name and { name, redis.call('GET', ARGV[1] .. name) }`,
} as const;

/** As ioredis wants them: sent whole on each new connection's first use, by their hash afterwards. */
export const scripts = Object.fromEntries(
  Object.entries(lua).map(([name, text]) => [name, { lua: text, numberOfKeys: 1 }]),
);

type Run = (key: string, ...args: readonly (string | number)[]) => Promise<unknown>;

/** Runs a script in one round trip. */
export function run(client: Client, name: keyof typeof lua, key: string, ...args: readonly (string | number)[]) {
  // A cast: the client has a method for each of its option `scripts`, which its types cannot know.
  return (client as unknown as Record<keyof typeof lua, Run>)[name](key, ...args);
}

/** Clocks of nodes differ, and those of tests jump: Redis removes a row an hour after it is dead. */
export const cleanUpSlackMs = 3_600_000;

/** Milliseconds until Redis may remove a row that is dead at `expiresAt`. */
export const ttlOf = (expiresAt: Instant, now: Instant): number => Math.max(1, expiresAt - now + cleanUpSlackMs);

/** The rest of a row, and its head, if it is live; see above. */
export function readRow(row: string | null, now: Instant, leastFence: Instant) {
  const [, ends = '', fence, rest = ''] = row?.match(/^(\S*) (\S+) (.*)$/s) ?? [];
  if (fence === undefined) return null;
  const expiresAt = ends === '' ? null : Number(ends);
  if ((expiresAt !== null && expiresAt <= now) || Number(fence) < leastFence) return null;
  return { expiresAt, fence: Number(fence), rest };
}
