import { type Command, InvalidArgumentError, Option } from 'commander';
import { type StepUpPolicy, stepUpSchema } from '../config/policy-schema.ts';
import { type Simulation, type SimulationInput, simulate } from '../policy/simulate.ts';
import { simulationTable } from '../policy/simulation-table.ts';

type Flags = {
  readonly accounts: number;
  readonly signInsPerWeek: number;
  readonly rate: number;
  /** Infinity: no such rule. */
  readonly atMostDays: number;
  readonly notWithinHours: number;
  readonly newDevice: StepUpPolicy['newDevice'];
  readonly devices: number;
  readonly newDevicesPerYear: number;
  readonly thiefSignInsPerDay: number;
  readonly price: number;
  readonly years: number;
  readonly seed: number;
  readonly json?: true;
};

type Range = { readonly least: number; readonly most: number; readonly whole?: boolean; readonly besides?: string };

/** Reads a number, or says in words what is expected. */
function numberIn({ least, most, whole = false, besides }: Range) {
  const kind = `a ${whole ? 'whole ' : ''}number from ${least} to ${most}${besides ? `, or ${besides}` : ''}`;
  return (typed: string): number => {
    if (typed === besides) return Number.POSITIVE_INFINITY;
    // Number('') is 0, and '0x10' and '1e3' are nobody's intention.
    const value = /^\d+(\.\d+)?$/.test(typed) ? Number(typed) : Number.NaN;
    if (!(value >= least && value <= most) || (whole && !Number.isInteger(value))) {
      throw new InvalidArgumentError(`Expected ${kind}.`);
    }
    return value;
  };
}

const shipped = stepUpSchema.parse({});

const option = (flags: string, description: string, range: Range, absent: number) =>
  new Option(flags, description)
    .argParser(numberIn(range))
    .default(absent, absent === Number.POSITIVE_INFINITY ? range.besides : String(absent));

const options: readonly Option[] = [
  option('--accounts <n>', 'how many people', { least: 1, most: 10_000_000, whole: true }, 100_000),
  option('--sign-ins-per-week <n>', 'of each of them, with a password', { least: 0.001, most: 1_000 }, 2),
  option('--rate <share>', 'share of sign-ins that are drawn', { least: 0, most: 1 }, shipped.rate),
  option(
    '--at-most-days <n>',
    'never longer without',
    { least: 1, most: 3_650, whole: true, besides: 'none' },
    shipped.atMostDays ?? Number.POSITIVE_INFINITY,
  ),
  option('--not-within-hours <n>', 'not drawn within', { least: 0, most: 8_760, whole: true }, shipped.notWithinHours),
  new Option('--new-device <what>', 'what a new device causes')
    .choices(['off', 'notice', 'code', 'identification'])
    .default(shipped.newDevice),
  option('--devices <n>', 'browsers that each of them uses', { least: 1, most: 20, whole: true }, 2),
  option('--new-devices-per-year <n>', 'how many of them are replaced or cleared', { least: 0, most: 365 }, 1),
  option('--thief-sign-ins-per-day <n>', 'how often a thief of a password tries', { least: 0.01, most: 1_000 }, 1),
  option('--price <n>', 'of one identification', { least: 0, most: 1_000_000 }, 0),
  option('--years <n>', 'how long is simulated; the answer is per year', { least: 1, most: 20, whole: true }, 1),
  option('--seed <n>', 'the same seed, the same answer', { least: 0, most: 2 ** 48, whole: true }, 1),
];

function inputOf(flags: Flags): SimulationInput {
  const { rate, notWithinHours, newDevice, price, years, seed } = flags;
  const atMostDays = Number.isFinite(flags.atMostDays) ? flags.atMostDays : null;
  const { accounts, signInsPerWeek, devices, newDevicesPerYear, thiefSignInsPerDay } = flags;
  return {
    policy: { first: 'always', rate, atMostDays, notWithinHours, newDevice },
    traffic: { accounts, signInsPerWeek, devices, newDevicesPerYear, thiefSignInsPerDay },
    price,
    years,
    seed,
  };
}

function print(input: SimulationInput, simulation: Simulation, asJson: boolean): void {
  const told = asJson ? JSON.stringify({ ...simulation, assumed: input }, null, 2) : simulationTable(input, simulation);
  process.stdout.write(`${told}\n`);
}

/** `avain policy simulate`: what a step-up policy costs and catches. Reads and writes nothing; exit 1 for bad options. */
export function addPolicyCommands(program: Command): void {
  const simulation = program
    .command('policy')
    .description('when strong identification is asked again')
    .command('simulate')
    .description('what a policy costs and catches, for people and thieves who behave as assumed (docs/step-up.md)');
  for (const one of options) simulation.addOption(one);
  simulation
    .option('--json', 'one JSON object instead of a table')
    .action((flags: Flags) => print(inputOf(flags), simulate(inputOf(flags)), flags.json === true));
}
