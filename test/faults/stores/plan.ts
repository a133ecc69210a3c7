/**
 * The part of the fault plan that is about stores: what docs/faults.md has a row for. The suites here fill the rows in;
 * test/docs/faults.test.ts wants one of each.
 */

export type Planned = { readonly fault: string; readonly how: string; readonly criteria: string };

/** The words are explained above the table. */
const outage = 'bounded; seen; over; whole';

export const plan = {
  F4: { fault: 'Redis down', how: 'killed under a crowd, started again', criteria: outage },
  'F5 frozen': { fault: 'Redis frozen', how: 'SIGSTOP, SIGCONT', criteria: outage },
  'F5 +200 ms': {
    fault: 'Redis slow',
    how: 'proxy: replies 200 ms late',
    criteria: 'bounded; over; whole; people get on meanwhile',
  },
  'F5 +2 s': { fault: 'Redis hardly answers', how: 'proxy: replies 2 s late', criteria: outage },
  'F6 replies': {
    fault: 'Redis does it, and nobody hears',
    how: 'proxy: replies lost, connection cut or silent',
    criteria: 'bounded; codes and refresh tokens are honoured once at most; no command is sent twice',
  },
  'F6 failover': {
    fault: 'a replica without the last writes is promoted',
    how: 'a real replica, cut off for a while, takes the place of a killed primary',
    criteria: 'bounded; nothing spent or revoked comes back; refresh tokens that nobody used still work',
  },
  'F7 down': { fault: 'MongoDB down', how: 'killed under a crowd, started again', criteria: outage },
  'F7 frozen': { fault: 'MongoDB frozen', how: 'SIGSTOP, SIGCONT', criteria: outage },
  'F7 stepping down': {
    fault: 'MongoDB is no primary for a while',
    how: 'proxy: every write is answered NotWritablePrimary',
    criteria: 'bounded; over; whole',
  },
  'F7 replies': {
    fault: 'MongoDB does it, and nobody hears',
    how: 'proxy: every third write is applied and its connection cut',
    criteria: 'bounded; over; whole',
  },
  F17: {
    fault: 'races',
    how: 'four processes, each one-time and each unique operation, on Redis and on Redis Cluster',
    criteria: 'exactly one winner each time, no exception',
  },
  F24: {
    fault: 'one node is cut off from both stores',
    how: 'proxy: black hole, open connections too',
    criteria: 'bounded; seen; over; it issues nothing; what another node revoked is refused within 1 s',
  },
  'node killed': {
    fault: 'a node is killed (SIGKILL)',
    how: 'two nodes behind a TCP balancer, journeys under way',
    criteria: 'whole; nobody loses more than the request in flight',
  },
  'rolling restart': {
    fault: 'each node is restarted in turn',
    how: 'taken out of the balancer, SIGTERM, started, put back; journeys under way',
    criteria: 'whole; no request fails',
  },
} as const satisfies Readonly<Record<string, Planned>>;

export type PlannedFault = keyof typeof plan;
