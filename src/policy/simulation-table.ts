/** A simulation's answer for people to read. */
import type { Interval } from './interval.ts';
import { type Simulation, type SimulationInput, tries } from './simulate.ts';

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const percent = new Intl.NumberFormat('en', { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 });

const between = ({ low, high }: Interval, { format }: Intl.NumberFormat) => `(95 %: ${format(low)} to ${format(high)})`;

const line = (label: string, value: string, remark = '') =>
  `${label.padEnd(40)}${value.padStart(14)}  ${remark}`.trimEnd();

function assumptions({ policy, traffic }: SimulationInput): string[] {
  const { rate, atMostDays, notWithinHours, newDevice } = policy;
  const { accounts, signInsPerWeek, devices, newDevicesPerYear, thiefSignInsPerDay } = traffic;
  const longest = atMostDays === null ? 'no longest time' : `at most ${atMostDays} days without`;
  return [
    `Policy   rate ${rate}, ${longest}, not within ${notWithinHours} hours, new device: ${newDevice}`,
    `People   ${whole.format(accounts)} accounts, ${signInsPerWeek} sign-ins a week, ${devices} devices, ${newDevicesPerYear} new a year`,
    `Thieves  know the password, ${thiefSignInsPerDay} ${thiefSignInsPerDay === 1 ? 'sign-in' : 'sign-ins'} a day from a new device`,
  ];
}

export function simulationTable(input: SimulationInput, simulation: Simulation): string {
  const { identificationsPerYear, costPerYear, interruptedShare, signInsPerYear, intervals } = simulation;
  const { stolenPasswordCaughtWithin: caught, thefts } = simulation;
  return [
    ...assumptions(input),
    '',
    line(
      'identifications a year',
      whole.format(identificationsPerYear),
      between(intervals.identificationsPerYear, whole),
    ),
    line(`cost a year, at ${input.price} each`, whole.format(costPerYear), between(intervals.costPerYear, whole)),
    line('sign-ins a year', whole.format(signInsPerYear)),
    line('sign-ins interrupted', percent.format(interruptedShare)),
    '',
    `a stolen password is caught within (of ${whole.format(thefts)} thefts)`,
    ...tries.map((count) =>
      line(
        `  ${count} sign-in${count === 1 ? '' : 's'}`,
        percent.format(caught[count].odds),
        between(caught[count], percent),
      ),
    ),
  ].join('\n');
}
