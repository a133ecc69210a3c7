/**
 * The addresses of the demo world: one table, moved as a whole by PORT_OFFSET or one by one by the variable named in
 * the row, so that two worlds run side by side and a taken port has a way out.
 */
const programs = {
  avain: { name: 'Avain', port: 3000, variable: 'AVAIN_PORT' },
  startPage: { name: 'the start page', port: 3100, variable: 'AVAIN_DEMO_PORT_START_PAGE' },
  oima: { name: 'the Oima portal', port: 3200, variable: 'AVAIN_DEMO_PORT_OIMA' },
  oimaApu: { name: 'the portal Oima for personal assistance', port: 3201, variable: 'AVAIN_DEMO_PORT_OIMA_APU' },
  kuitti: { name: 'the Kuitti portal', port: 3202, variable: 'AVAIN_DEMO_PORT_KUITTI' },
  broker: { name: 'the identity broker Demotunnistus', port: 3400, variable: 'AVAIN_DEMO_PORT_BROKER' },
  mailbox: { name: 'the mailbox page', port: 3500, variable: 'AVAIN_DEMO_PORT_MAILBOX' },
  smtp: { name: "the mailbox's SMTP", port: 3525, variable: 'AVAIN_DEMO_PORT_SMTP' },
} as const;

/** The key of one listening socket of the demo world. */
export type DemoProgram = keyof typeof programs;

/** The variables of the environment that the demo programs read; `process.env` fits. */
export type DemoEnvironment = Readonly<Record<string, string | undefined>>;

/** One listening socket: whose it is, its port, its address, and the variable that moves it alone. */
export type DemoAddress = Readonly<{ name: string; port: number; origin: string; variable: string }>;

/** Every listening socket of the demo world. */
export type DemoAddresses = Readonly<Record<DemoProgram, DemoAddress>>;

/** Where each program of the demo world listens. Throws `Error` naming the variable when one is not a port number. */
export function addresses(env: DemoEnvironment): DemoAddresses {
  const offset = integerOf(env, 'PORT_OFFSET', 0, 0, 60_000);
  const addressOf = (key: DemoProgram): DemoAddress => {
    const { name, port: base, variable } = programs[key];
    const port = integerOf(env, variable, base + offset, 1, 65_535);
    const origin = env[originVariableOf(variable)] || `http://localhost:${port}`;
    return { name, port, origin, variable };
  };
  return {
    avain: addressOf('avain'),
    startPage: addressOf('startPage'),
    oima: addressOf('oima'),
    oimaApu: addressOf('oimaApu'),
    kuitti: addressOf('kuitti'),
    broker: addressOf('broker'),
    mailbox: addressOf('mailbox'),
    smtp: addressOf('smtp'),
  };
}

/** The origin a browser uses may differ from the socket's (other host names in front of the same port). */
function originVariableOf(variable: string): string {
  return variable === 'AVAIN_PORT' ? 'AVAIN_ISSUER' : variable.replace('_PORT_', '_ORIGIN_');
}

function integerOf(env: DemoEnvironment, variable: string, absent: number, least: number, most: number): number {
  const text = env[variable]?.trim();
  const value = text === undefined || text === '' ? absent : Number(text);
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new Error(`${variable}=${text ?? ''} does not give a whole number between ${least} and ${most}`);
  }
  return value;
}
