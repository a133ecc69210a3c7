/** A receiver of OpenTelemetry traces (OTLP over HTTP, protobuf), as far as tests look into them. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export type ReceivedSpan = {
  readonly traceId: string;
  readonly id: string;
  /** Empty: a root. */
  readonly parent: string;
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number>>;
};

export type TraceReceiver = {
  readonly endpoint: string;
  spans(): readonly ReceivedSpan[];
  /** Everything that came, as bytes read as text. */
  text(): string;
  close(): void;
};

export async function startTraceReceiver(): Promise<TraceReceiver> {
  const bodies: Buffer[] = [];
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    if (request.url === '/v1/traces' && request.headers['content-type'] === 'application/x-protobuf') bodies.push(body);
    response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A cast: it listens at a port.
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    spans: () => bodies.flatMap(spansOf),
    text: () => Buffer.concat(bodies).toString('utf8'),
    close: () => server.close().closeAllConnections(),
  };
}

type Fields = ReadonlyMap<number, readonly (Buffer | number)[]>;

/** One message of Protocol Buffers: field number → its values, bytes or numbers. */
function fieldsOf(message: Buffer): Fields {
  const fields = new Map<number, (Buffer | number)[]>();
  let at = 0;
  const varint = (): number => {
    let [value, factor] = [0, 1];
    for (;;) {
      const byte = message[at] ?? 0;
      at += 1;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
      factor *= 128;
    }
  };
  const bytes = (length: number): Buffer => {
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.length) {
    const tag = varint();
    const read = { 0: varint, 1: () => bytes(8), 2: () => bytes(varint()), 5: () => bytes(4) }[tag % 8];
    if (read === undefined) throw new Error('no message of Protocol Buffers');
    const field = Math.floor(tag / 8);
    fields.set(field, [...(fields.get(field) ?? []), read()]);
  }
  return fields;
}

const below = (fields: Fields, field: number): Fields[] =>
  (fields.get(field) ?? []).map((value) => fieldsOf(Buffer.isBuffer(value) ? value : Buffer.of()));
const first = (fields: Fields, field: number): Buffer => {
  const value = fields.get(field)?.[0];
  return Buffer.isBuffer(value) ? value : Buffer.of();
};

/** Resource spans, in them scope spans, in them spans (opentelemetry/proto/trace/v1/trace.proto). */
function spansOf(body: Buffer): ReceivedSpan[] {
  const spans = below(fieldsOf(body), 1).flatMap((resource) => below(resource, 2).flatMap((scope) => below(scope, 2)));
  return spans.map((span) => ({
    traceId: first(span, 1).toString('hex'),
    id: first(span, 2).toString('hex'),
    parent: first(span, 4).toString('hex'),
    name: first(span, 5).toString('utf8'),
    attributes: Object.fromEntries(
      below(span, 9).map((attribute) => {
        const [value] = below(attribute, 2);
        const number = value?.get(3)?.[0];
        const text = value ? first(value, 1).toString('utf8') : '';
        return [first(attribute, 1).toString('utf8'), typeof number === 'number' ? number : text];
      }),
    ),
  }));
}
