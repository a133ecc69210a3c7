import { expect, test } from '@jest/globals';
import { clientCertificate } from '../../src/provider/client-certificate.ts';

// A self-signed certificate of nobody's, made once by `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1`.
const der = [
  'MIIBdjCCARugAwIBAgIUH67WOJdw+u5+DGsTolOy1gf95MswCgYIKoZIzj0EAwIwDzENMAsGA1UEAwwEdGVzdDAgFw0yNjExMjMw',
  'OTQ4NDNaGA8yMTI2MTAzMDA5NDg0M1owDzENMAsGA1UEAwwEdGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABMFXTZ/GI03R',
  'PeO0r0HDJVaBSwdc+Ib8x4yh/f9srvVL9Ic+oy9cIULQwUPYKWKhxQAqhB7wZYJdpdDd07awMHqjUzBRMB0GA1UdDgQWBBQISCBc',
  'ZmTCAR7bmFi3sNnLJMUOOzAfBgNVHSMEGDAWgBQISCBcZmTCAR7bmFi3sNnLJMUOOzAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49',
  'BAMCA0kAMEYCIQCkluOSBf07jKBPs0UuLLcZNDXFt7QXXSkC+DpHo9nqsAIhAMIPFraQAuuMYFD8+UPxo4+5IrznjbNFPnQTe5Yc',
  'nBtB',
].join('');

/** A request through `hops` proxies, with the certificate in the header. */
const request = (hops: number, neighbour = '::ffff:10.0.0.7') => ({
  req: { socket: { remoteAddress: neighbour } },
  get: (name: string) => (name === 'client-cert' ? `:${der}:` : ''),
  ips: Array.from({ length: hops }, (_, hop) => `203.0.113.${hop}`),
});

test.each([
  [1, 'client-cert', 1, true],
  [2, 'client-cert', 2, true],
  // Past the proxies, or past one of them.
  [1, 'client-cert', 0, false],
  [2, 'client-cert', 1, false],
  // Nobody said that there is such a header, or such a proxy.
  [1, null, 1, false],
  [0, 'client-cert', 1, false],
])(
  'with %d proxies and the header %s a request through %d of them: certificate %s',
  (trustedHops, header, hops, believed) => {
    const read = clientCertificate({ trustedHops, clientCertificateHeader: header });
    // A cast: nothing else of a context is read.
    expect(read(request(hops) as unknown as Parameters<typeof read>[0])?.subject).toBe(
      believed ? 'CN=test' : undefined,
    );
  },
);

test('whoever comes to the port from the open network is no proxy of ours', () => {
  const read = clientCertificate({ trustedHops: 1, clientCertificateHeader: 'client-cert' });
  const from = (address: string) => read(request(1, address) as unknown as Parameters<typeof read>[0])?.subject;
  expect(['127.0.0.1', '::1', '192.168.1.2', 'fd00::7'].map(from)).toEqual(Array.from({ length: 4 }, () => 'CN=test'));
  expect(['8.8.8.8', '::ffff:8.8.4.4', '2a00:1450::7'].map((address) => from(address))).not.toContain('CN=test');
});
