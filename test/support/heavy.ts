/** How hard suites push (test/faults, the broken banks): a short form by default, the whole storm with `AVAIN_HEAVY=1`. */
export function rounds(short: number, heavy: number): number {
  return process.env['AVAIN_HEAVY'] ? heavy : short;
}
