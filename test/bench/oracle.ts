/**
 * `npm run bench -- oracle`: can a stranger tell by the clock which addresses have an account? The time of each answer
 * is taken over HTTP for known and unknown addresses in random order, and the two samples are compared. A small p (below
 * 0.01) means that the clock tells; `control` compares unknown addresses with each other, for the noise of the machine.
 * `-- oracle password` and `-- oracle mail` ask one half of the questions.
 */
import { once } from 'node:events';
import { startWorld, type World } from '../support/start-world.ts';
import { authorization } from '../support/stories.ts';
import { type Answer, createVisitor, formsOf, type Visitor } from '../support/visitor.ts';
import { compare } from './kolmogorov-smirnov.ts';
import { addressOf, type Kind, knownKinds, seedOracle } from './oracle-accounts.ts';

/** Per kind and question. */
const samples = 420;
/** One less than what starts the delay, which would hide the hash. */
const guessesPerAddress = 4;
/** Answers to wrong passwords wait for a beat: some at a time, or the bench takes ten minutes. */
const passwordsAtOnce = 4;
const warmUps = 40;

type Times = Map<string, number[]>;
/** Measures one answer and files it. */
type Task = () => Promise<void>;

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => [Math.random(), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);
}

async function runAll(tasks: readonly Task[], atOnce: number): Promise<void> {
  const waiting = tasks.values();
  const worker = async (): Promise<void> => {
    for (const task of waiting) await task();
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** Milliseconds from sending the form to the last byte of its answer; other answers than expected are an error. */
async function timed(visitor: Visitor, page: Answer, fields: Record<string, string>, wanted: number): Promise<number> {
  const [form] = formsOf(page);
  if (!form) throw new Error(`no form at ${page.url.pathname}`);
  const url = new URL(form.action, page.url);
  const cookies = Object.entries(visitor.cookiesFor(url)).map(([name, value]) => `${name}=${value}`);
  const body = new URLSearchParams({ ...form.fields, ...fields }).toString();
  const headers = { cookie: cookies.join('; '), 'content-type': 'application/x-www-form-urlencoded' };
  const sentAt = performance.now();
  const answer = await fetch(url, { method: 'POST', redirect: 'manual', headers, body });
  await answer.arrayBuffer();
  const tookMs = performance.now() - sentAt;
  if (answer.status !== wanted) throw new Error(`${answer.status} instead of ${wanted} at ${url.pathname}`);
  return tookMs;
}

function file(times: Times, name: string, ms: number): void {
  const sample = times.get(name) ?? [];
  sample.push(ms);
  times.set(name, sample);
}

async function atPassword(world: World, email: string): Promise<[Visitor, Answer]> {
  const visitor = createVisitor();
  return [visitor, await visitor.submit(await visitor.get(authorization(world).url), { email })];
}

/** Wrong passwords: each visitor guesses at one address as often as that is not delayed. */
async function guess(world: World, kind: Kind, index: number, took: (ms: number) => void): Promise<void> {
  const [visitor, page] = await atPassword(world, addressOf(kind, index));
  for (let attempt = 0; attempt < guessesPerAddress; attempt += 1) {
    took(await timed(visitor, page, { password: `Väärä#${attempt}2024` }, 422));
  }
}

async function ask(world: World, door: string, email: string): Promise<number> {
  const visitor = createVisitor();
  const signIn = await visitor.get(authorization(world).url);
  const form = await visitor.get(new URL(signIn.url.pathname.replace(/sign-in$/, door), signIn.url));
  return timed(visitor, form, { email }, 303);
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const kinds = [...knownKinds, 'unknown'] as const;

async function passwordTimes(world: World): Promise<Times> {
  const times: Times = new Map();
  const tasks = kinds.flatMap((kind) =>
    numbers(samples / guessesPerAddress).map(
      (index): Task =>
        () =>
          guess(world, kind, index, (ms) => file(times, kind, ms)),
    ),
  );
  await runAll(shuffled(tasks), passwordsAtOnce);
  return times;
}

async function mailTimes(world: World, door: string): Promise<Times> {
  const times: Times = new Map();
  const asked: Kind[] = ['active', 'no-hash', 'unknown'];
  const tasks = asked.flatMap((kind) =>
    numbers(samples).map(
      (index): Task =>
        async () =>
          file(times, kind, await ask(world, door, addressOf(kind, index))),
    ),
  );
  await runAll(shuffled(tasks), 1);
  return times;
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

function report(question: string, times: Times): void {
  const unknown = times.get('unknown') ?? [];
  const control = unknown.filter((_, index) => index % 2 === 1);
  const rest = unknown.filter((_, index) => index % 2 === 0);
  const line = (kind: string, sample: readonly number[], base: readonly number[]): string => {
    const { distance, p } = compare(sample, base);
    const figures = [median(sample), median(base)].map((ms) => ms.toFixed(2).padStart(9));
    return `${question.padEnd(16)} ${kind.padEnd(9)} ${sample.length} ${figures.join('')} ${distance.toFixed(3)} ${p.toFixed(4)}`;
  };
  for (const [kind, sample] of times) if (kind !== 'unknown') console.log(line(kind, sample, unknown));
  console.log(line('control', control, rest));
}

async function measured(world: World): Promise<void> {
  const { avain } = world;
  if (!avain) throw new Error('no Avain');
  avain.kill('SIGTERM');
  await once(avain, 'exit');
  await seedOracle(world.env, samples);
  await world.restartAvain();
  for (const index of numbers(warmUps)) await ask(world, 'sign-up', `warm-up-${index}@oracle.example`);
  console.log('question         known       n  median ms   unknown  D     p');
  const [, , , only] = process.argv;
  if (only !== 'password') {
    report('sign-up', await mailTimes(world, 'sign-up'));
    report('forgot-password', await mailTimes(world, 'forgot-password'));
  }
  if (only !== 'mail') report('wrong password', await passwordTimes(world));
}

// The hash as it is shipped, and the log as it is in production.
const world = await startWorld({ env: { AVAIN_ARGON2: '19456,2,1', AVAIN_LOG_LEVEL: 'info' } });
try {
  await measured(world);
} finally {
  await world.stop();
}
