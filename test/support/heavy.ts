/** How hard the suites of test/faults push: a short form by default, the whole storm with `AVAIN_HEAVY=1`. */
export function rounds(short: number, heavy: number): number {
  return process.env['AVAIN_HEAVY'] ? heavy : short;
}
