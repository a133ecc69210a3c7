import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { hostname } from 'node:os';
import { connect as connectTls } from 'node:tls';
import type { Sink, SinkConfig } from './sink.ts';

type Syslog = Extract<SinkConfig, { to: 'syslog' }>;

/** Facility 13, "log audit"; severity 6, informational (RFC 5424 6.2.1). */
const priority = 13 * 8 + 6;
const timeoutMs = 10_000;

/** One message (RFC 5424): everything is in its text, which is the line that the other ways send too. */
export function syslogMessage(line: string, at: Date): string {
  return `<${priority}>1 ${at.toISOString()} ${hostname() || '-'} avain ${process.pid} audit - ${line}`;
}

/**
 * Syslog knows no receipt: over TCP and TLS a message has left this machine, over UDP not even that is sure. Where a record
 * must not be missed, another way goes beside it.
 */
export function syslogSink(sink: Syslog): Sink {
  return async (lines) => {
    const messages = lines.map((line) => Buffer.from(syslogMessage(line, new Date())));
    if (sink.transport === 'udp') return sendDatagrams(sink, messages);
    const socket = await connected(sink);
    // Counted frames (RFC 5425 4.3, RFC 6587 3.4.1): a line break in a message ends nothing.
    const frames = messages.map((message) => Buffer.concat([Buffer.from(`${message.byteLength} `), message]));
    socket.end(Buffer.concat(frames));
    await once(socket, 'close');
  };
}

async function connected({ transport, host, port, caFile }: Syslog): Promise<Socket> {
  const ca = caFile === null ? {} : { ca: await readFile(caFile) };
  const socket = transport === 'tls' ? connectTls({ host, port, servername: host, ...ca }) : connect({ host, port });
  socket.setTimeout(timeoutMs, () => socket.destroy(new Error('syslog: no answer in time')));
  // What the server says, if anything, is for nobody; unread it would keep the connection open.
  socket.resume();
  await once(socket, transport === 'tls' ? 'secureConnect' : 'connect');
  return socket;
}

async function sendDatagrams({ host, port }: Syslog, messages: readonly Buffer[]): Promise<void> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  try {
    for (const message of messages) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      socket.send(message, port, host, (error) => (error ? reject(error) : resolve()));
      await promise;
    }
  } finally {
    socket.close();
  }
}
