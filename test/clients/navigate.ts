import { request as askPlain } from 'node:http';
import { request as askByTls } from 'node:https';

/**
 * In the place of `fetch`, which calls itself a script (`Sec-Fetch-Mode: cors`): mod_auth_openidc answers a script 401 where it would send
 * a person to the sign-in. Follows no redirect.
 */
export const navigate: typeof fetch = (input, init = {}) => {
  const url = new URL(input instanceof Request ? input.url : input);
  const ask = url.protocol === 'https:' ? askByTls : askPlain;
  const body = init.body instanceof URLSearchParams ? init.body.toString() : '';
  const form = body === '' ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
  // A cast: the visitor writes its headers as a plain object.
  const given = init.headers as Record<string, string> | undefined;
  const headers = {
    accept: 'text/html,*/*',
    'sec-fetch-mode': 'navigate',
    'sec-fetch-dest': 'document',
    ...form,
    ...given,
  };
  return new Promise((resolve, reject) => {
    const onward = ask(url, { method: init.method ?? 'GET', headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        const told = new Headers();
        for (const [name, values = []] of Object.entries(answer.headersDistinct)) {
          for (const value of values) told.append(name, value);
        }
        resolve(new Response(Buffer.concat(chunks).toString(), { status: answer.statusCode ?? 500, headers: told }));
      });
    });
    onward.on('error', reject);
    onward.end(body);
  });
};
