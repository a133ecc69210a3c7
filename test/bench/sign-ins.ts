/** Whole password sign-ins, Avain and bare in turns, per second and per second of the server's processor time. */
import { median } from './median.ts';
import type { Server } from './server.ts';
import type { Subjects } from './subjects.ts';
import { createVisitor, type Visitor } from './visitor.ts';

export type SignInFigures = {
  readonly perSecond: number;
  readonly perCpuSecond: number;
  readonly barePerCpuSecond: number;
  readonly ratio: number;
  /** Of Avain, processor time of one sign-in less that of one verification of the hash. */
  readonly cpuMsWithoutHash: number;
  /** Verifications that one second of one core allows: no identity provider signs in more. */
  readonly hashLimitPerSecond: number;
};

type Round = { readonly perSecond: number; readonly perCpuSecond: number };
type Load = (count: number) => Promise<Round>;

const visitorCount = 8;
const verificationsPerRound = 150;

/** Resident memory in MB after this many sign-ins is part of the promise. */
export const signInsBeforeMemory = 1_000;

/** Visitors share the people out, so that nobody is in two places at once, and each keeps its devices. */
export function createLoad(
  server: Server,
  { clientSecret, emails }: Pick<Subjects, 'clientSecret' | 'emails'>,
  onSignIn: (elapsedMs: number) => void = () => undefined,
) {
  const visitors = Array.from({ length: visitorCount }, () => createVisitor({ origin: server.origin, clientSecret }));
  let next = 0;
  const visits = async (visitor: Visitor, own: readonly string[], times: number): Promise<void> => {
    for (let visit = 0; visit < times; visit += 1) {
      const startedAt = performance.now();
      await visitor.signIn(String(own[(next + visit) % own.length]));
      onSignIn(performance.now() - startedAt);
    }
  };
  const load: Load = async (count) => {
    const each = Math.ceil(count / visitorCount);
    const cpuBefore = server.cpuSeconds();
    const startedAt = performance.now();
    const share = (index: number) => emails.filter((_, at) => at % visitorCount === index);
    await Promise.all(visitors.map((visitor, index) => visits(visitor, share(index), each)));
    next += each;
    const done = each * visitorCount;
    return {
      perSecond: done / ((performance.now() - startedAt) / 1_000),
      perCpuSecond: done / (server.cpuSeconds() - cpuBefore),
    };
  };
  return { load, close: () => Promise.all(visitors.map((visitor) => visitor.close())) };
}

/** Warms both up with `signInsBeforeMemory` sign-ins, then `rounds` rounds in turns; medians of them. */
export async function measureSignIns(
  subjects: Subjects,
  rounds: number,
  perRound: number,
): Promise<SignInFigures & { rssMb: number }> {
  const [avain, bare] = [createLoad(subjects.avain, subjects), createLoad(subjects.bare, subjects)];
  await avain.load(signInsBeforeMemory);
  const rssMb = subjects.avain.rssMb();
  await bare.load(signInsBeforeMemory);
  const ours: Round[] = [];
  const theirs: Round[] = [];
  const hashes: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await avain.load(perRound));
    hashes.push(await subjects.hashCpuMs(verificationsPerRound));
    theirs.push(await bare.load(perRound));
  }
  await Promise.all([avain.close(), bare.close()]);
  const hashCpuMs = median(hashes);
  const perCpuSecond = median(ours.map((round) => round.perCpuSecond));
  const barePerCpuSecond = median(theirs.map((round) => round.perCpuSecond));
  return {
    perSecond: median(ours.map((round) => round.perSecond)),
    perCpuSecond,
    barePerCpuSecond,
    ratio: perCpuSecond / barePerCpuSecond,
    cpuMsWithoutHash: 1_000 / perCpuSecond - hashCpuMs,
    hashLimitPerSecond: 1_000 / hashCpuMs,
    rssMb,
  };
}
