import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { brokerConfigSchema } from '../../src/upstream/broker-config.ts';
import { answerOf } from '../../src/upstream/callback-parameters.ts';

const config = brokerConfigSchema('production').parse({ issuer: 'https://broker.example', clientId: 'avain' });
const exchange = {
  brokerId: 'b',
  state: 's'.repeat(43),
  nonce: 'n',
  codeVerifier: 'v',
  method: 'bank',
  requireHigh: false,
  startedAt: 0,
} as const;

const answer = (query: string) => answerOf(new URLSearchParams(query), exchange, config);

test('state comes first: without it not even a cancellation counts', () => {
  expect(answer('error=cancel')).toEqual({ ended: { outcome: 'failed', cause: 'state' } });
  expect(answer(`state=${exchange.state}&error=cancel`)).toEqual({ ended: { outcome: 'cancelled' } });
});

test('an answer without an issuer is refused where the configuration wants one, and a wrong one everywhere', () => {
  const query = (issuer: string) => new URLSearchParams(`state=${exchange.state}&code=abc${issuer}`);
  const refused = { ended: { outcome: 'failed', cause: 'issuer' } };
  const strict = { ...config, requireResponseIssuer: true };
  expect(answerOf(query(''), exchange, config)).toEqual({ code: 'abc' });
  expect(answerOf(query(''), exchange, strict)).toEqual(refused);
  for (const each of [config, strict]) {
    expect(answerOf(query('&iss=https://broker.example'), exchange, each)).toEqual({ code: 'abc' });
    expect(answerOf(query('&iss=https://evil.example'), exchange, each)).toEqual(refused);
    expect(answerOf(query('&iss='), exchange, each)).toEqual(refused);
  }
});

test('a code that could upset the broker is never sent to it', () => {
  const code = (value: string) => answer(`state=${exchange.state}&code=${encodeURIComponent(value)}`);
  expect(code('abc-123')).toEqual({ code: 'abc-123' });
  for (const odd of ['', 'x'.repeat(513), 'a b', 'a\u0000', 'ä']) {
    expect(code(odd)).toEqual({ ended: { outcome: 'failed', cause: 'code' } });
  }
});

test('nothing that a browser carries means that the broker is down, and no cause quotes it', () => {
  const name = fc.constantFrom('state', 'code', 'error', 'iss', 'error_description', 'response', 'id_token');
  const value = fc.oneof(fc.constant(exchange.state), fc.constant('server_error'), fc.string());
  fc.assert(
    fc.property(fc.array(fc.tuple(name, value)), (pairs) => {
      const result = answerOf(new URLSearchParams(pairs), exchange, config);
      if (!('ended' in result)) return;
      expect(['failed', 'cancelled']).toContain(result.ended.outcome);
      if (result.ended.outcome === 'failed') expect(result.ended.cause).toMatch(/^[a-z_]{1,50}$/);
    }),
  );
});
