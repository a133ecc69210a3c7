import { describe, expect, test } from '@jest/globals';
import { addresses } from '../../src/demo/ports.ts';

describe('the addresses of the demo world', () => {
  test('are the contract unless moved', () => {
    const found = Object.entries(addresses({})).map(([key, { origin }]) => [key, origin]);
    expect(Object.fromEntries(found)).toEqual({
      avain: 'http://localhost:3000',
      startPage: 'http://localhost:3100',
      oima: 'http://localhost:3200',
      oimaApu: 'http://localhost:3201',
      kuitti: 'http://localhost:3202',
      broker: 'http://localhost:3400',
      mailbox: 'http://localhost:3500',
      smtp: 'http://localhost:3525',
    });
  });

  test('PORT_OFFSET moves all of them', () => {
    const moved = addresses({ PORT_OFFSET: '1000' });
    const base = addresses({});
    for (const key of Object.keys(base) as (keyof typeof base)[]) expect(moved[key].port).toBe(base[key].port + 1000);
  });

  test('AVAIN_MOVED_PORTS moves one, whatever the offset', () => {
    const { oima, kuitti } = addresses({ PORT_OFFSET: '10', AVAIN_MOVED_PORTS: '3200:4321' });
    expect([oima.port, oima.origin, kuitti.port]).toEqual([4321, 'http://localhost:4321', 3212]);
  });

  test('a program may be known to browsers by another name', () => {
    const { oima } = addresses({ AVAIN_DEMO_ORIGIN_OIMA: 'http://oima.test:3200' });
    expect([oima.port, oima.origin]).toEqual([3200, 'http://oima.test:3200']);
  });

  test.each([
    [{ PORT_OFFSET: 'many' }, 'PORT_OFFSET=many'],
    [{ PORT_OFFSET: '-1' }, 'PORT_OFFSET=-1'],
    [{ PORT_OFFSET: '62011' }, 'from 0 to 62010'],
    [{ AVAIN_MOVED_PORTS: '3200' }, 'AVAIN_MOVED_PORTS: «3200»'],
    [{ AVAIN_MOVED_PORTS: '3200:70000' }, 'AVAIN_MOVED_PORTS: «3200:70000»'],
  ])('%j is refused by name', (env, said) => {
    expect(() => addresses(env)).toThrow(said);
  });
});
