/** docs/errors.md, made of the catalogue and of the words of its likely causes. */

import { catalogue } from '../../src/integrator/catalogue.ts';
import type { ErrorEntry, Place } from '../../src/integrator/error-entry.ts';
import { findingErrors } from '../../src/integrator/finding-names.ts';
import en from '../../views/texts/en.json' with { type: 'json' };

export const placeNames: Readonly<Record<Place, string>> = {
  redirect: 'at your redirect URI',
  page: 'on a page of Avain',
  token: 'token endpoint',
  request: 'pushed requests',
  userinfo: 'userinfo endpoint',
  introspection: 'introspection and revocation',
  device: 'device authorization',
  registration: 'registration',
};

const head = `# Errors

Every OAuth error that Avain gives, with its likely causes, and three that this version never gives but a client should know (\`slow_down\`, \`unauthorized_client\`, \`request_not_supported\`). This page is made from the catalogue in \`src/integrator/\`
(\`AVAIN_WRITE_DOCS=1 npm test -- test/docs/errors.test.ts\`); the same words are shown by the integrator's console.

**Where you see them.** At your redirect URI as \`error\` and \`error_description\`, with \`state\` and \`iss\`; from endpoints for programs as
JSON. Where there is no safe way back to you (an unknown client, an address that is not registered), the person gets a page in their own
language with a reference.

**The reference.** Every refused request has one: on the page, and in the header \`Avain-Reference\` of every other answer. The operator
finds the request by it in the log (\`request refused\`) with the client, the error and the detail that the answer keeps back, since it would
help an attacker as well: \`invalid_client\`, for example, never says whether the client or its secret is wrong. Errors of everyday life
(\`login_required\`, \`interaction_required\`, \`consent_required\`, \`access_denied\`, \`authorization_pending\`, \`slow_down\`) are logged at level
\`debug\` only.

**The integrator's console.** In the development profile http://localhost:3000/integrator shows the last requests of each client with what was
right and wrong in words, and http://localhost:3000/integrator.json the same for programs. It keeps no codes, tokens, secrets or addresses, and
does not exist in production.
`;

/** What is filled in when it is shown. */
const blanks = (text: string): string => text.replace(/\{\w+\}/g, '…');

function section(code: string, { places, status, meaning, whatToDo, source }: ErrorEntry): string {
  const names = Object.entries(findingErrors).flatMap(([name, error]) => (error === code ? [name] : []));
  // A cast: the compiler knows the file's keys one by one.
  const words = en as Readonly<Record<string, string>>;
  const causes = names.map((name) => `- ${blanks(words[`integrator.finding.${name}`] ?? '')}`);
  return [
    `## ${code}`,
    '',
    `${meaning} **${whatToDo}**`,
    '',
    `${places.map((place) => placeNames[place]).join(', ')} · status ${status} · ${source}`,
    ...(causes.length > 0 ? ['', ...causes] : []),
    '',
  ].join('\n');
}

export function errorsPage(): string {
  const sections = Object.entries(catalogue).map(([code, entry]) => section(code, entry));
  return [head, ...sections].join('\n');
}
