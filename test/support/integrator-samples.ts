import type { Views } from '../../src/http/views.ts';

const kept = { perClient: 20, inAll: 200 };
const at = Date.parse('2026-03-05T12:30:00Z');
const registered = 'https://hyvinpitkanimisenpalvelun-testiymparisto.oima.example/kirjautuminen/paluu';

/** The integrator's console: empty, and with what can be right, wrong and advised. */
export const integratorSamples: readonly Views['integrator/requests'][] = [
  { kept, allHref: null, clients: [], requests: [] },
  {
    kept,
    allHref: '/integrator',
    clients: [
      { clientId: 'oima', href: '/integrator?client=oima', current: true },
      { clientId: null, href: '/integrator?client=', current: false },
    ],
    requests: [
      {
        at,
        method: 'GET',
        address: '/auth',
        status: 400,
        clientId: 'oima',
        error: 'invalid_redirect_uri',
        reference: '0a1b2c3d4e5f',
        findings: [
          { kind: 'wrong', text: { key: 'integrator.finding.redirect-last-slash', params: { registered } } },
          { kind: 'right', text: { key: 'integrator.finding.pkce-good', params: {} } },
          { kind: 'advice', text: { key: 'integrator.finding.nonce-missing', params: {} } },
        ],
        parameters: [
          { name: 'redirect_uri', value: `${registered}/`, length: 78 },
          { name: 'state', value: null, length: 43 },
        ],
      },
      {
        at,
        method: 'POST',
        address: '/token',
        status: 200,
        clientId: null,
        error: null,
        reference: null,
        findings: [{ kind: 'right', text: { key: 'integrator.finding.answered', params: {} } }],
        parameters: [],
      },
    ],
  },
];
