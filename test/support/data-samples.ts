/** A person's own copy of their data: with something everywhere, and with as little as there can be. */
import type { AccountId, ClientId } from '../../src/ids.ts';
import type { PersonalData } from '../../src/lifecycle/personal-data.ts';

const bare: PersonalData = {
  version: 1,
  madeAt: '2026-03-05T12:30:00.000Z',
  account: {
    id: 'Zk3pT0b6Qe2mXw8yV1nRaA' as AccountId,
    email: 'maija.meikalainen-esimerkki@pitka-osoite.oma.example',
    previousEmails: [],
    pendingEmail: null,
    nickname: null,
    language: 'fi',
    languageChosen: false,
    createdAt: '2025-01-05T12:30:00.000Z',
    activatedAt: null,
    importedFrom: null,
    roles: [],
    groups: [],
    adminRole: null,
    greetedAt: null,
    lastSignInAt: null,
    mailboxProvedAt: null,
    owes: { identification: null, code: null },
    foreignIdentificationToldAt: null,
    relinkingAskedAt: null,
    dormancyToldAt: null,
    barredAt: null,
    deletion: null,
  },
  identity: { country: null, idType: null, linkedAt: null, identifiedAt: null, person: null },
  password: { set: false, setAt: null, mustChange: false },
  factors: { always: false, authenticatorAddedAt: null, passkeys: [], recoveryCodes: null },
  devices: [],
  terms: { accepted: [], evidence: [] },
  consents: [],
  sessions: [],
  activity: [],
  mails: [],
  rosters: [],
};
const then = '2026-03-05T12:30:00.000Z';
const full: PersonalData = {
  ...bare,
  account: {
    ...bare.account,
    previousEmails: [{ email: 'vanha@oma.example', replacedAt: then }],
    nickname: 'Maija',
    activatedAt: then,
    importedFrom: 'vanha-oima',
    roles: [{ name: 'oima:henkilokohtainen-avustaja', givenAt: then }],
    groups: [{ name: 'kanta-hame', givenAt: then }],
    lastSignInAt: then,
    mailboxProvedAt: then,
    dormancyToldAt: then,
  },
  identity: {
    country: 'FI',
    idType: 'hetu',
    linkedAt: then,
    identifiedAt: then,
    person: { name: 'Maija Meikäläinen', givenName: 'Maija', familyName: 'Meikäläinen', birthdate: '1985-05-05' },
  },
  password: { set: true, setAt: then, mustChange: false },
  factors: {
    always: true,
    authenticatorAddedAt: then,
    passkeys: [{ name: 'Puhelin', synchronised: true, addedAt: then, lastUsedAt: null }],
    recoveryCodes: { left: 9, madeAt: then },
  },
  devices: [
    { program: 'Firefox', system: 'Windows', network: '192.0.0.0/16', firstSeenAt: then, lastSeenAt: then },
    { program: null, system: null, network: 'local', firstSeenAt: then, lastSeenAt: then },
  ],
  terms: {
    accepted: [{ terms: 'oima', version: '2024-01', acceptedAt: then }],
    evidence: [
      {
        ...{ terms: 'oima', version: '2024-01', locale: 'fi', textHash: 'x'.repeat(43), network: 'local' },
        service: 'oima' as ClientId,
        acceptedAt: then,
      },
    ],
  },
  consents: [{ service: 'kuitti', scopes: ['openid'], claims: [], leftOut: ['email'], givenAt: then }],
  sessions: [{ startedAt: then, endsAt: then, identified: { at: then, method: 'ftn_bank', level: 'substantial' } }],
  activity: [{ at: then, event: 'sign-in.finished', service: 'oima' as ClientId, details: { newDevice: true } }],
  mails: [
    { message: 'new-device', language: 'fi', createdAt: then, settledAt: then, notSent: null },
    { message: 'reset', language: 'fi', createdAt: then, settledAt: then, notSent: 'expired' },
  ],
  rosters: [
    { roster: 'oima-apu', county: 'kanta-hame', foundBy: 'identity', validFrom: then, validTo: null },
    { roster: 'oima-apu', county: 'Uusimaa', foundBy: 'email', validFrom: then, validTo: then },
  ],
};
const dataSample = (data: PersonalData) => ({
  data,
  serviceNames: { oima: 'Oima', kuitti: 'Kuitti' },
  countyNames: { 'oima-apu|kanta-hame': 'Kanta-Hämeen hyvinvointialue' },
  fileHref: '/account/data.json',
  codeHref: data.identity.linkedAt === null ? null : '/account/data/identity-code',
  activityHref: '/account/activity',
});

export const dataSamples = [dataSample(full), dataSample(bare)];
