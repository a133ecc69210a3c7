/** What there is to say of one request: what was wrong, what was right, and advice. Pure. */
import { type Finding, found } from './finding-names.ts';
import type { Observed } from './observed.ts';
import { refusalFindings } from './refusal-findings.ts';
import { visible } from './shown-parameters.ts';

const isGiven = (value: unknown): boolean => typeof value === 'string' && value !== '';

/** What was right is told beside what was wrong, so that nobody looks for the fault there. */
function rightOfRequest({ client, params }: Observed): Finding[] {
  if (client === null) return [];
  const registered = typeof params.redirect_uri === 'string' && client.redirectUris.includes(params.redirect_uri);
  return [
    ...(registered ? [found('right', 'redirect-exact')] : []),
    ...(isGiven(params.code_challenge) && params.code_challenge_method === 'S256' ? [found('right', 'pkce-good')] : []),
  ];
}

const knownScopes = new Set([
  'openid',
  'email',
  'profile',
  'birthdate',
  'age_over_18',
  'national_id',
  'offline_access',
]);

function adviceOfRequest({ params, client, refusals }: Observed): Finding[] {
  if (client === null) return [];
  const scopes = typeof params.scope === 'string' ? params.scope.split(' ').filter(Boolean) : [];
  const unknown = scopes.filter(
    (scope) => !knownScopes.has(scope) && !(client.scopes as readonly string[]).includes(scope),
  );
  return [
    ...(isGiven(params.nonce) ? [] : [found('advice', 'nonce-missing')]),
    ...(isGiven(params.state) ? [] : [found('advice', 'state-missing')]),
    ...(unknown.length > 0 && refusals.length === 0
      ? [found('advice', 'scope-unknown', { scope: visible(unknown.join(' ')) })]
      : []),
  ];
}

const tokens = ['id_token', 'access_token', 'refresh_token'];

function rightOfAnswer({ endpoint, answer, codeAge, client, usedMethod, refusals, status }: Observed): Finding[] {
  if (refusals.length > 0 || status >= 400) return [];
  const given = answer.members.filter((member) => tokens.includes(member));
  if (answer.code) return [found('right', 'code-given')];
  if (endpoint === 'authorization' || endpoint === 'resume') return [found('right', 'page-shown')];
  if (answer.active === false) return [found('advice', 'token-inactive')];
  if (endpoint !== 'token') return [found('right', 'answered')];
  return [
    ...(client && usedMethod !== 'none' ? [found('right', 'client-proved', { used: usedMethod })] : []),
    ...(codeAge ? [found('right', 'code-in-time', { seconds: codeAge.seconds })] : []),
    found('right', 'tokens-given', { kinds: given.join(', ') }),
  ];
}

/** What was wrong first. Never empty. */
export function findingsOf(observed: Observed): readonly Finding[] {
  const asksForSignIn = ['authorization', 'pushed_authorization_request'].includes(observed.endpoint);
  const all = [
    ...observed.refusals.flatMap((refusal) => refusalFindings(observed, refusal)),
    ...(asksForSignIn ? [...rightOfRequest(observed), ...adviceOfRequest(observed)] : []),
    ...rightOfAnswer(observed),
  ];
  const names = new Set<string>();
  const once = all.filter(({ name }) => !names.has(name) && names.add(name));
  const order = { wrong: 0, right: 1, advice: 2 };
  return once.sort((a, b) => order[a.kind] - order[b.kind]);
}
