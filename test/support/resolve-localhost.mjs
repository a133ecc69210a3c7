// Loaded by `--import` before the product: names below .localhost are this machine for its own calls too. Browsers know
// that by themselves (RFC 6761 6.3); the resolvers of many systems do not.
import dns from 'node:dns';

const { lookup } = dns;

// @ts-expect-error: the overloads of lookup, passed on as they come
dns.lookup = (hostname, ...rest) => lookup(hostname.endsWith('.localhost') ? 'localhost' : hostname, ...rest);
