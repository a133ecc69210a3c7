import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { parseHetu } from '../identity/hetu.ts';
import type { ExchangeSecrets } from '../upstream/broker.ts';
import { arriveByHint, startInput } from '../upstream/check/arrive-by-hint.ts';
import { type Arrive, checkBroker } from '../upstream/check/check-broker.ts';
import { type CheckInput, duties, type Finding } from '../upstream/check/duty.ts';
import { wordsFor } from '../upstream/check/words.ts';
import { keysOf } from './broker-keys.ts';
import { BrokerCommandRefused, type NamedBroker } from './on-broker.ts';

export type CheckOptions = Readonly<{ json?: boolean; answer?: string }>;

/** `avain broker check`: every duty with its verdict; exit 1 when one is not met. */
export async function checkDuties(
  { id, config, keysFile, settings, entity }: NamedBroker,
  options: CheckOptions,
): Promise<void> {
  const check: CheckInput = {
    id,
    config,
    issuer: settings.issuer,
    redirectUri: entity.redirectUri,
    serviceName: settings.organizationName,
    keys: await keysOf(keysFile),
    parseHetu,
    clock: { now: () => Date.now() },
    random: { bytes: randomBytes },
  };
  const begun = join(settings.dataDir, `broker-check-${id}.json`);
  const { json = false, answer } = options;
  const arrive = await arrival(check, { begun, json, answer });
  if (!json) say(`${id}: ${config.issuer}\n`);
  const found: Finding[] = [];
  for await (const finding of checkBroker(check, arrive)) {
    found.push(finding);
    if (!json) say(`${finding.verdict.padEnd(11)}${finding.duty.padEnd(20)}${duties[finding.duty]}: ${finding.reason}`);
  }
  const count = (verdict: Finding['verdict']) => found.filter((each) => each.verdict === verdict).length;
  const counts = { met: count('met'), notMet: count('not met'), notTried: count('not tried') };
  if (json) say(JSON.stringify({ broker: id, issuer: config.issuer, ...counts, duties: found }, null, 2));
  else say(`\n${counts.met} met, ${counts.notMet} not met, ${counts.notTried} not tried.`);
  if (counts.notMet > 0) process.exitCode = 1;
}

type By = Readonly<{ begun: string; json: boolean; answer: string | undefined }>;

/** By the address somebody came back to, by a test person's hint, by a person at this terminal, or later. */
async function arrival(check: CheckInput, { begun, json, answer }: By): Promise<Arrive> {
  if (answer !== undefined) return byAnswer(answer, begun, check.clock.now());
  const { loginHint } = check.config.check;
  if (loginHint !== undefined) return arriveByHint(check, loginHint);
  return byHand(check, begun, process.stdin.isTTY === true && !json);
}

const begunLifeMs = 15 * 60_000;

/** The end of what an earlier run began; used once, like every exchange. */
async function byAnswer(answer: string, begun: string, now: number): Promise<Arrive> {
  if (!URL.canParse(answer)) throw new BrokerCommandRefused('--answer: the whole address that the browser landed on');
  const content = await readFile(begun, 'utf8').catch(() => null);
  await rm(begun, { force: true });
  // A cast: written below, by this command.
  const exchange = content === null ? null : (JSON.parse(content) as ExchangeSecrets);
  if (exchange === null || now - exchange.startedAt > begunLifeMs) {
    throw new BrokerCommandRefused(
      'No identification was begun in the last 15 minutes: run the check without --answer first',
    );
  }
  return async () => ({ callback: new URL(answer), exchange });
}

function byHand(check: CheckInput, begun: string, asks: boolean): Arrive {
  return async (connector) => {
    const started = await connector.start(startInput(check));
    if (started.outcome !== 'started') return { verdict: 'not met', reason: wordsFor(started.cause) };
    const { url, exchange } = started;
    if (!asks) {
      // Only its owner can read it; worth nothing after 15 minutes.
      await mkdir(dirname(begun), { recursive: true, mode: 0o700 });
      await rm(begun, { force: true });
      await writeFile(begun, JSON.stringify(exchange), { mode: 0o600 });
      const then = `then run this again with --answer and the whole address where the browser ends: ${url}`;
      return {
        verdict: 'not tried',
        reason: `it takes a person. Open the address below within 15 minutes, identify, ${then}`,
      };
    }
    say(
      `\nOpen this address, identify, and paste the whole address where the browser ends (the page there may be an error):\n\n${url}\n`,
    );
    const terminal = createInterface({ input: process.stdin, output: process.stdout });
    const pasted = (await terminal.question('Address: ')).trim();
    terminal.close();
    if (!URL.canParse(pasted)) return { verdict: 'not tried', reason: 'no address was pasted' };
    return { callback: new URL(pasted), exchange };
  };
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
