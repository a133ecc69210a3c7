/** Every mail filled with plausible things, one row per state that reads different. */
import type { MailName, Mails } from '../../http/mail-models.ts';
import { at, hourMs } from './maija.ts';

const notice = {
  at,
  where: { program: 'Samsung Internet', system: 'Android', network: '2001:14ba::/32' },
  notMeHref: 'https://avain.example/links/not-me?token=x-y_z',
} as const;

export const mailSamples: { readonly [Name in MailName]: readonly Mails[Name][] } = {
  activate: [{ href: 'https://avain.example/links/activate/tunniste', validUntil: at }],
  'address-in-use': [{ signInHref: 'https://oima.example/login' }],
  exists: [{ signInHref: 'https://oima.example/login' }],
  code: [
    { code: '042137', validUntil: at, linking: true },
    { code: '042137', validUntil: at, linking: false },
  ],
  reset: [{ href: 'https://avain.example/links/reset/tunniste', validUntil: at }],
  'no-account': [{ signInHref: 'https://oima.example/login' }],
  'password-changed': [notice, { ...notice, where: null }],
  linked: [notice],
  'new-device': [notice, { ...notice, where: { program: null, system: null, network: 'local' } }],
  mismatch: [notice],
  'new-address': (['new', 'same', 'none'] as const).map((password) => ({ at, password })),
  'undo-address': [{ maskedEmail: 'm***@uusi.example', href: 'https://avain.example/links/undo', validUntil: at }],
  'address-restored': [{ at, signInHref: 'https://oima.example/login' }],
  'address-removed': [{ at }],
  unlinked: [
    { ...notice, where: null, by: 'support' },
    { ...notice, by: 'owner' },
  ],
  'factor-added': (['authenticator', 'passkey'] as const).map((factor) => ({ ...notice, factor })),
  'factor-removed': (['authenticator', 'passkey', 'all'] as const).map((factor) => ({ ...notice, factor })),
  'recovery-codes-made': [notice],
  'recovery-code-used': [
    { ...notice, left: 9, few: false },
    { ...notice, left: 1, few: true },
  ],
  'passkey-copied': [notice],
  'codes-paused': [notice],
  'deletion-asked': [
    { ...notice, dueAt: at + 14 * 24 * hourMs, undoHref: 'https://avain.example/links/undo-deletion?token=a-b_c' },
  ],
  'deletion-taken-back': [notice],
  'deletion-done': [{ at }],
  dormant: [{ signInHref: 'https://oima.example/login', erasedAt: at }],
  'confirm-address': [{ href: 'https://avain.example/links/change-address?token=a-b_c', validUntil: at }],
  'address-pending-old': [
    { maskedEmail: 'm***@uusi.example', href: 'https://avain.example/links/undo?token=a-b_c', dueAt: at },
  ],
  'address-pending-new': [{ dueAt: at }],
  'address-pending-stopped': [{ at }],
  'accessibility-feedback': [
    { service: 'Oima', lines: ['En löydä painiketta.', 'Teksti on < 10 pistettä.'], replyTo: null, language: 'Suomi' },
    { service: 'Oima', lines: ['Knappen syns inte.'], replyTo: 'maija@oma.example', language: 'Svenska' },
  ],
};
