/**
 * Stands before Avain as a proxy does, with TLS or without, and remembers what clients asked and what they got: a program of
 * a recipe cannot claim a refresh that never happened.
 */
import { request as ask, createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { freePort } from '../support/free-ports.ts';

export type Seen = {
  readonly method: string;
  readonly path: string;
  /** `grant_type` of a token request, else null. */
  readonly grant: string | null;
  readonly status: number;
};

export type Witness = {
  /** Its own address, which is Avain's public one. */
  readonly issuer: string;
  /** Where Avain listens, as soon as that is known. */
  leadTo(port: number): void;
  /** What was asked since the last time this was called. */
  seen(): readonly Seen[];
  close(): Promise<void>;
};

export type Certificate = { readonly key: string; readonly cert: string };

export async function createWitness(certificate: Certificate | null): Promise<Witness> {
  const seen: Seen[] = [];
  const scheme = certificate === null ? 'http' : 'https';
  let port = 0;
  const forward: RequestListener = (request, response) => {
    void bodyOf(request).then((body) => {
      const { method = 'GET', url = '/', headers } = request;
      const proxied = { ...headers, 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': scheme };
      const onward = ask({ port, method, path: url, headers: proxied }, (answer) => {
        const path = url.split('?')[0] ?? url;
        const grant = path === '/token' ? new URLSearchParams(body.toString()).get('grant_type') : null;
        seen.push({ method, path, grant, status: answer.statusCode ?? 0 });
        response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
        answer.pipe(response);
      });
      onward.on('error', () => response.destroy());
      onward.end(body);
    });
  };
  const server: Server = certificate === null ? createServer(forward) : createTlsServer(certificate, forward);
  const own = await freePort();
  await new Promise<void>((resolve) => server.listen(own, 'localhost', resolve));
  return {
    issuer: `${scheme}://localhost:${own}`,
    leadTo: (avain) => {
      port = avain;
    },
    seen: () => seen.splice(0),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer); // a cast: nobody set an encoding
  return Buffer.concat(chunks);
}
