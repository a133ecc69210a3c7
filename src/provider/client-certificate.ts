/** The certificate with which a client proved itself to the proxy in front of us (RFC 8705), as far as it is believed. */
import { X509Certificate } from 'node:crypto';
import type { Context } from 'koa';
import type { Config } from '../config/schema.ts';
import { isPrivateAddress } from '../http/private-address.ts';

/** `:base64:` (RFC 9440), a PEM that is form-encoded (nginx `$ssl_client_escaped_cert`), or the bare base64 of the DER. */
function certificateFrom(value: string): X509Certificate | undefined {
  try {
    const text = value.startsWith(':') && value.endsWith(':') ? value.slice(1, -1) : decodeURIComponent(value);
    return new X509Certificate(text.includes('-----BEGIN') ? text : Buffer.from(text, 'base64'));
  } catch {
    return undefined;
  }
}

/**
 * Only what the configured header says, and only from a neighbour on a private network, through as many proxies as there
 * are. That alone keeps nobody out who reaches Avain's port from inside: such a port must be the proxy's only
 * (docs/operate.md), as whoever gets past it could write the header and the forwarded addresses. The proxy sets the header on every request, so that what a
 * client sends under its name never arrives (docs/operate.md); a second one beside it is joined by a comma and is none.
 */
export function clientCertificate({ trustedHops, clientCertificateHeader: header }: Config['proxy']) {
  return (ctx: Pick<Context, 'get' | 'ips' | 'req'>): X509Certificate | undefined => {
    if (header === null || trustedHops === 0 || ctx.ips.length < trustedHops) return undefined;
    const neighbour = ctx.req.socket.remoteAddress;
    if (neighbour === undefined || !isPrivateAddress(neighbour)) return undefined;
    const value = ctx.get(header).trim();
    return value === '' ? undefined : certificateFrom(value);
  };
}
