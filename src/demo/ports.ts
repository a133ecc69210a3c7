/**
 * The addresses of the demo world: one table. PORT_OFFSET=n moves all of it, AVAIN_MOVED_PORTS=3200:4200,3525:4525
 * single ports; Avain's configuration reads the same two, so that all programs agree.
 */
const programs = {
  avain: { name: 'Avain', port: 3000, originVariable: 'AVAIN_ISSUER' },
  startPage: { name: 'the start page', port: 3100, originVariable: 'AVAIN_DEMO_ORIGIN_START_PAGE' },
  oima: { name: 'the Oima portal', port: 3200, originVariable: 'AVAIN_DEMO_ORIGIN_OIMA' },
  oimaApu: {
    name: 'the portal Oima for personal assistance',
    port: 3201,
    originVariable: 'AVAIN_DEMO_ORIGIN_OIMA_APU',
  },
  kuitti: { name: 'the Kuitti portal', port: 3202, originVariable: 'AVAIN_DEMO_ORIGIN_KUITTI' },
  broker: { name: 'the identity broker Demotunnistus', port: 3400, originVariable: 'AVAIN_DEMO_ORIGIN_BROKER' },
  mailbox: { name: 'the mailbox page', port: 3500, originVariable: 'AVAIN_DEMO_ORIGIN_MAILBOX' },
  smtp: { name: "the mailbox's SMTP", port: 3525, originVariable: undefined },
} as const;

/** The key of one listening socket of the demo world. */
export type DemoProgram = keyof typeof programs;

/** The variables of the environment that the demo programs read; `process.env` fits. */
export type DemoEnvironment = Readonly<Record<string, string | undefined>>;

/** One listening socket: whose it is, its port here and in the table, and the origin by which browsers know it. */
export type DemoAddress = Readonly<{ name: string; port: number; basePort: number; origin: string }>;

/** Every listening socket of the demo world. */
export type DemoAddresses = Readonly<Record<DemoProgram, DemoAddress>>;

/** Where each program of the demo world listens. Throws `Error` naming the variable when one makes no sense. */
export function addresses(env: DemoEnvironment): DemoAddresses {
  const portOf = readPorts(env);
  const addressOf = (key: DemoProgram): DemoAddress => {
    const { name, port: basePort, originVariable } = programs[key];
    const port = portOf(basePort);
    // Browsers may know a program by another host name in front of the same port.
    const origin = (originVariable && env[originVariable]) || `http://localhost:${port}`;
    return { name, port, basePort, origin };
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

const highestPort = 65_535;

function readPorts(env: DemoEnvironment): (basePort: number) => number {
  const offset = env.PORT_OFFSET?.trim() || '0';
  if (!/^\d{1,5}$/.test(offset) || programs.smtp.port + Number(offset) > highestPort) {
    throw new Error(`PORT_OFFSET=${offset}: a whole number from 0 to ${highestPort - programs.smtp.port} was expected`);
  }
  const moved = env.AVAIN_MOVED_PORTS?.trim() || '';
  const single = new Map(moved.split(',').filter(Boolean).map(readMove));
  return (basePort) => single.get(basePort) ?? basePort + Number(offset);
}

function readMove(pair: string): readonly [from: number, to: number] {
  const [, from, to] = /^(\d{1,5}):(\d{1,5})$/.exec(pair) ?? [];
  if (from === undefined || Number(to) < 1 || Number(to) > highestPort) {
    throw new Error(`AVAIN_MOVED_PORTS: «${pair}» is not PORT:PORT, as in AVAIN_MOVED_PORTS=3200:4200,3525:4525`);
  }
  return [Number(from), Number(to)];
}
