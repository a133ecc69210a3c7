import { expect, test } from '@jest/globals';
import { coarseNetwork, deviceLookOf } from '../../src/http/device-look.ts';

const lookOf = (userAgent: string, ip = '84.250.13.7') => deviceLookOf({ ip, get: () => userAgent });
const apple = 'AppleWebKit/605.1.15 (KHTML, like Gecko)';
const chrome = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/153.0.0.0';

test.each([
  [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${chrome} Safari/537.36`, 'Chrome', 'Windows'],
  [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${chrome} Safari/537.36 Edg/153.0.0.0`, 'Edge', 'Windows'],
  [`Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${chrome} Safari/537.36 OPR/120.0.0.0`, 'Opera', 'macOS'],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:148.0) Gecko/20100101 Firefox/148.0', 'Firefox', 'Linux'],
  [`Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${apple} Version/26.0 Safari/605.1.15`, 'Safari', 'macOS'],
  [
    `Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) ${apple} Version/26.0 Mobile/15E148 Safari/604.1`,
    'Safari',
    'iOS',
  ],
  [
    `Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) ${apple} CriOS/153.0 Mobile/15E148 Safari/604.1`,
    'Chrome',
    'iOS',
  ],
  [
    `Mozilla/5.0 (Linux; Android 16; SM-S931B) ${chrome} SamsungBrowser/29.0 Mobile Safari/537.36`,
    'Samsung Internet',
    'Android',
  ],
  [`Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${chrome} Safari/537.36`, 'Chrome', 'ChromeOS'],
  ['curl/8.15.0', null, null],
  ['', null, null],
])('%s', (userAgent, program, system) => {
  expect(lookOf(userAgent)).toEqual({ program, system, network: '84.250.0.0/16' });
});

test('nothing of what a stranger writes is kept, however long', () => {
  expect(lookOf(`${'a'.repeat(100_000)} Firefox/1 aino@oma.example`)).toEqual({
    program: null,
    system: null,
    network: '84.250.0.0/16',
  });
});

test.each([
  ['127.0.0.1', 'local'],
  ['10.1.2.3', 'local'],
  ['172.16.0.1', 'local'],
  ['172.32.0.1', '172.32.0.0/16'],
  ['192.168.1.5', 'local'],
  ['192.169.1.5', '192.169.0.0/16'],
  ['::1', 'local'],
  ['fe80::1', 'local'],
  ['fd12:3456::1', 'local'],
  ['2001:14ba:9c1:2300:1:2:3:4', '2001:14ba::/32'],
  ['2001:14ba::7', '2001:14ba::/32'],
])('a network of %s is told as %s', (ip, network) => {
  expect(lookOf('', ip).network).toBe(network);
});

test('half of the address at most', () => {
  expect(coarseNetwork('84.250.13.7')).not.toContain('13');
});
