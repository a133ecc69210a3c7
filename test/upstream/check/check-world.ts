import { arriveByHint } from '../../../src/upstream/check/arrive-by-hint.ts';
import { checkBroker } from '../../../src/upstream/check/check-broker.ts';
import type { CheckInput, Duty, Finding, Verdict } from '../../../src/upstream/check/duty.ts';
import { readEntityStatement } from '../../../src/upstream/ftn/entity-statement.ts';
import { type BrokerWorld, connectorInput, openBrokerWorld, type Ports } from '../broker-world.ts';

/** The self-test, facing the simulated broker over real HTTP. */
export type CheckWorld = Omit<BrokerWorld, 'connector'> &
  Readonly<{
    /** All findings; `change` spoils our side, `loginHint` names who is identified at once. */
    findings(change?: (check: CheckInput) => CheckInput, loginHint?: string): Promise<readonly Finding[]>;
  }>;

/** `pinned`: the broker's keys are trusted by its entity statement. */
export type Dialect = Readonly<{ name: string; config: Readonly<Record<string, unknown>>; pinned?: boolean }>;

export async function openCheckWorld(ports: Ports, dialect: Dialect): Promise<CheckWorld> {
  const world = await openBrokerWorld(ports, { AVAIN_DEMO_BROKER_DIALECT: dialect.name });
  const input = connectorInput(ports, world.keys, dialect.config);
  const pinned = dialect.pinned === true ? await statementOf(world.brokerOrigin) : undefined;
  const check: CheckInput = {
    ...input,
    config: { ...input.config, ...(pinned && { pinned }) },
    issuer: `http://localhost:${ports.avain}`,
    serviceName: 'Oma Palvelut',
  };
  return {
    ...world,
    async findings(change = (same) => same, loginHint = 'uusi') {
      const changed = change(check);
      const found: Finding[] = [];
      for await (const finding of checkBroker(changed, arriveByHint(changed, loginHint))) found.push(finding);
      return found;
    },
  };
}

/** As the broker would hand it over. */
async function statementOf(origin: string) {
  const content = Buffer.from(await (await fetch(`${origin}/.well-known/openid-federation`)).arrayBuffer());
  const result = await readEntityStatement(content, { now: Date.now(), sha256: undefined });
  if (!result.ok) throw new Error(result.found);
  return result.statement;
}

export function dutiesThatAre(verdict: Verdict, findings: readonly Finding[]): readonly Duty[] {
  return findings.filter((finding) => finding.verdict === verdict).map(({ duty }) => duty);
}
