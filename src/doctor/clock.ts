import { bad, type ClockReading, doubtful, type Finding, good, notTried } from './examination.ts';

/** A broker refuses assertions whose time is off by more than some seconds, and a token's life is told in minutes. */
const doubtfulMs = 5_000;
const badMs = 30_000;

/** Our clock beside those of all who were asked: the middle one is believed, since any single one may be wrong itself. */
export function examineClock(clocks: readonly ClockReading[]): Finding {
  const differences = clocks.map(({ theirs, ours }) => theirs - ours).sort((a, b) => a - b);
  const middle = differences[Math.floor((differences.length - 1) / 2)];
  if (middle === undefined)
    return notTried('clock', 'nobody who was asked told the time', 'See that the clock is kept by NTP: timedatectl');
  const [off, whose] = [Math.abs(middle), clocks.map((clock) => clock.whose).join(', ')];
  const seconds = `${(off / 1_000).toFixed(1)} s ${middle > 0 ? 'behind' : 'ahead of'} ${whose}`;
  const remedy = 'Have the clock of this machine kept by NTP: timedatectl set-ntp true';
  if (off > badMs) return bad('clock', `${seconds}: tokens and assertions are refused`, remedy);
  if (off > doubtfulMs) return doubtful('clock', seconds, remedy);
  return good('clock', `within ${doubtfulMs / 1_000} s of ${whose}`);
}
