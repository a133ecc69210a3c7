/**
 * The promise to whoever stands before a broken bank, for one dialect: a page with a way on within 5 seconds of the
 * fault, nothing linked, no more memory, and another method works. Real Avain, real simulator, Avain's own pages.
 */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { SimulatedDialect } from '../../../src/demo/broker/dialect-rules.ts';
import { oddPersons } from '../../../src/demo/broker/persons.ts';
import { type Scenario, scenarioNames, scenarios } from '../../../src/demo/broker/scenarios.ts';
import { type BrokerWalk, walkBroker } from '../../support/broker-walk.ts';
import { rounds } from '../../support/heavy.ts';
import { auditOf, storedAccount } from '../../support/inside.ts';
import type { OwnConfig } from '../../support/own-config.ts';
import { climbOn, newPerson } from '../../support/people.ts';
import { startWorld, type World } from '../../support/start-world.ts';
import { authorization, identify, noListener, signInWithPassword, signUp, stepOf } from '../../support/stories.ts';
import { type Answer, createVisitor, formsOf, type Visitor } from '../../support/visitor.ts';
import { configFor, exchangeStatement } from './dialect-config.ts';
import { expectedOutcome, type Outcome } from './expected.ts';

const texts = JSON.parse(readFileSync(join(import.meta.dirname, '../../../views/texts/fi.json'), 'utf8')) as Record<
  string,
  string
>;
const longestMs = 5_000;
const memoryBytes = 48 * 1024 * 1024;

/**
 * What depends on how a dialect is spoken and secured: tried on each. The other ways to fail (claims, dead endpoints, duties)
 * go through the same code whatever the dialect: in the short form on one only, `AVAIN_HEAVY=1` tries all on all.
 */
const inFull: SimulatedDialect = 'op';
const ownDuties = ['return', 'token', 'keys'];

function triedOn(dialect: SimulatedDialect, scenario: Scenario): boolean {
  const isOwn = expectedOutcome(scenario, dialect) !== expectedOutcome(scenario, inFull);
  return rounds(0, 1) === 1 || dialect === inFull || isOwn || ownDuties.includes(scenarios[scenario].at);
}

/** The contract against a simulator of this dialect. */
export function describeContract(dialect: SimulatedDialect): void {
  describe(`a broker like ${dialect}`, () => {
    let config: OwnConfig;
    let world: World;
    beforeAll(async () => {
      config = await configFor(dialect);
      world = await startWorld({ env: (offset, dataDir) => environment(config, dialect, offset, dataDir) });
    }, 90_000);
    afterAll(async () => {
      await world?.stop();
      await config.remove();
    });

    test('a good identification leads on, by bank and by mobile certificate', async () => {
      for (const method of ['bank', 'mobile'] as const) {
        const { visitor, page } = await atStrongAuth();
        expect(stepOf(await identify(visitor, page, mine(method), method))).toBe('link-eid');
      }
    });

    test.each(oddPersons.map(({ key, identityCode }) => [key, identityCode]))('%s gets through', async (_key, code) => {
      const { visitor, page } = await atStrongAuth();
      expect(stepOf(await identify(visitor, page, { person: code }))).toBe('link-eid');
    });

    test.each(inSafeOrder().filter((scenario) => triedOn(dialect, scenario)))('%s', async (scenario) => {
      const expected = expectedOutcome(scenario, dialect);
      const forAll = scenarios[scenario].at === 'keys' || scenarios[scenario].at === 'duty';
      // Keys are read anew at most once a minute: this Avain must not have read them yet.
      if (readsKeysAnew(scenario, dialect)) await world.restartAvain();
      const at = await atStrongAuth();
      const { visitor, page } = at;
      const before = await peakBytes(world);
      if (forAll) await simulate({ scenario });
      const callback = await walkTo(visitor, page, { ...mine('bank'), ...(!forAll && { fail: scenario }) });
      const { back, ms } = await timed(() => visitor.get(callback));
      await simulate({ scenario: null });
      expect(ms).toBeLessThan(longestMs);
      expect((await peakBytes(world)) - before).toBeLessThan(memoryBytes);
      await expectOutcome(at, back, expected);
    });

    test('an outage while the person is at the bank', async () => {
      const at = await atStrongAuth();
      const { visitor, page } = at;
      const callback = await walkTo(visitor, page, mine('bank'));
      await simulate({ outage: true });
      const { back, ms } = await timed(() => visitor.get(callback));
      await simulate({ outage: false });
      expect(ms).toBeLessThan(longestMs);
      await expectOutcome(at, back, 'unavailable');
    });

    test('in the end the account is linked once, and a changed identity code is somebody else', async () => {
      const { visitor, page, email } = await atStrongAuth();
      await climbOn(visitor, await identify(visitor, page, mine('bank')));
      expect(storedAccount(world, email)?.identity).not.toBeNull();
      const other = browser();
      const request = authorization(world, { acr_values: 'http://ftn.ficora.fi/2017/loatest2' });
      const again = await signInWithPassword(other, await other.get(request.url), email);
      const changed = await identify(other, again, { ...mine('bank'), fail: 'changed-identity-code' });
      expect(changed.text).toContain(texts['strong-auth.mismatch']);
    });

    type AtStrongAuth = { visitor: Visitor; page: Answer; email: string };

    /** Somebody who has just signed up, in a browser of their own, at the choice of a method. */
    async function atStrongAuth(): Promise<AtStrongAuth> {
      const visitor = browser();
      const { email } = newPerson('sopimus');
      const page = await signUp(world, visitor, authorization(world).url, email);
      expect(stepOf(page)).toBe('strong-auth');
      return { visitor, page, email };
    }

    async function expectOutcome({ visitor, email }: AtStrongAuth, page: Answer, expected: Outcome): Promise<void> {
      expect(page.status).toBe(200);
      expect(storedAccount(world, email)?.identity).toBeNull();
      if (expected === 'identified') {
        expect(stepOf(page)).toBe('link-eid');
        return;
      }
      expect(stepOf(page)).toBe('strong-auth');
      expect(page.text).toContain(texts[`strong-auth.${expected}`]);
      expect(auditOf(world, email).at(-1)).toBe('strong-auth.failed');
      // The ways on: each method, and giving up.
      expect(formsOf(page).map(({ html }) => /name="method"|id="cancel"/.exec(html)?.[0])).toEqual(
        expect.arrayContaining(['name="method"', 'id="cancel"']),
      );
      const other = await identify(visitor, page, mine('mobile'), 'mobile');
      expect(stepOf(other)).toBe('link-eid');
      expect(storedAccount(world, email)?.identity).toBeNull();
    }

    /** Leaves for the bank and comes to the point where it sends the browser back. */
    async function walkTo(visitor: Visitor, page: Answer, walk: BrokerWalk): Promise<URL> {
      visitor.unvisited.add(world.addresses.broker.origin);
      const leaving = await visitor.submit(page, { method: 'bank' });
      return walkBroker(leaving.url, walk);
    }

    async function simulate(switches: Readonly<Record<string, boolean | string | null>>): Promise<void> {
      const headers = { 'content-type': 'application/json' };
      const url = `${world.addresses.broker.origin}/simulate`;
      const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(switches) });
      expect(answer.status).toBe(200);
    }
  });
}

async function environment(config: OwnConfig, dialect: SimulatedDialect, offset: number, dataDir: string) {
  const env = { PORT_OFFSET: String(offset), AVAIN_DATA_DIR: dataDir, AVAIN_DEMO_BROKER_DIALECT: dialect };
  if (dialect === 'op') await exchangeStatement(config, env);
  return { ...config.env, AVAIN_DEMO_BROKER_DIALECT: dialect };
}

function browser(): Visitor {
  const visitor = createVisitor();
  visitor.unvisited.add(noListener);
  return visitor;
}

/** A person of the broker's list, who has a list of ways to fail beside the name; no account of the world is hers. */
function mine(method: 'bank' | 'mobile'): BrokerWalk {
  return { person: '300605C908S', ...(method === 'mobile' && { method: 'mobiilivarmenne' }) };
}

/**
 * All scenarios, with those in which our server sees the broker fail far from one another: three in a row would open the
 * breaker, which is right and another test.
 */
function inSafeOrder(): readonly Scenario[] {
  const isSeen = (name: Scenario) => scenarios[name].at === 'endpoint' && name !== 'token-400';
  const seen = scenarioNames.filter(isSeen);
  return scenarioNames
    .filter((name) => !isSeen(name))
    .flatMap((name, index) => [name, ...(index % 4 === 3 ? seen.splice(0, 1) : [])])
    .concat(seen);
}

function readsKeysAnew(scenario: Scenario, dialect: SimulatedDialect): boolean {
  const isAboutSignedKeys = scenarios[scenario].at === 'keys' && scenario !== 'rsa1_5-only';
  return scenario === 'rotated-key' || (isAboutSignedKeys && dialect === 'op');
}

async function timed(act: () => Promise<Answer>): Promise<{ back: Answer; ms: number }> {
  const start = performance.now();
  const back = await act();
  return { back, ms: performance.now() - start };
}

/** The most memory that Avain ever held; a later peak cannot hide behind a collection of garbage. */
async function peakBytes({ avain }: World): Promise<number> {
  const status = await readFile(`/proc/${avain?.pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}
