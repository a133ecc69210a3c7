/** Paths of `avain.yaml` begin at its folder: here they become absolute, all in one place. */
import { resolve } from 'node:path';
import type { AuditSettings } from './audit-schema.ts';
import type { Settings } from './settings-schema.ts';

type Nullable = string | null;

export function locatedSettings(settings: Settings, configDir: string): Settings {
  const at = (path: string) => resolve(configDir, path);
  const maybe = (path: Nullable): Nullable => (path === null ? null : at(path));
  const { listen, storage, secrets, passwords, lazyMigration, registration, conformance, mail, audit, webhooks } =
    settings;
  const server = <T extends { passwordFile: Nullable; caFile: Nullable }>(one: T | null): T | null =>
    one && { ...one, passwordFile: maybe(one.passwordFile), caFile: maybe(one.caFile) };
  const keysFiles = Object.entries(secrets.brokerKeysFiles).map(([id, path]) => [id, at(path)]);
  return {
    ...settings,
    dataDir: at(settings.dataDir),
    listen: {
      ...listen,
      tls: listen.tls && { certificateFile: at(listen.tls.certificateFile), keyFile: at(listen.tls.keyFile) },
    },
    storage: { ...storage, mongo: server(storage.mongo), redis: server(storage.redis) },
    secrets: {
      masterKeyFile: maybe(secrets.masterKeyFile),
      identityIndexKeyFile: maybe(secrets.identityIndexKeyFile),
      lookupKeyFile: maybe(secrets.lookupKeyFile),
      cookieKeysFile: maybe(secrets.cookieKeysFile),
      brokerKeysFiles: Object.fromEntries(keysFiles),
    },
    mail: { ...mail, smtp: { ...mail.smtp, passwordFile: maybe(mail.smtp.passwordFile) } },
    passwords: { ...passwords, breachedDirectory: maybe(passwords.breachedDirectory) },
    lazyMigration: lazyMigration && { ...lazyMigration, secretFile: maybe(lazyMigration.secretFile) },
    webhooks: webhooks.map((one) => ({ ...one, secretFile: maybe(one.secretFile) })),
    audit: { ship: audit.ship.map((sink) => locatedSink(sink, at)) },
    registration: { ...registration, initialAccessTokenFile: maybe(registration.initialAccessTokenFile) },
    conformance: conformance && {
      clientsFile: maybe(conformance.clientsFile),
      person: { ...conformance.person, passwordFile: maybe(conformance.person.passwordFile) },
    },
  };
}

function locatedSink(sink: AuditSettings['ship'][number], at: (path: string) => string): AuditSettings['ship'][number] {
  const maybe = (path: Nullable): Nullable => (path === null ? null : at(path));
  switch (sink.to) {
    case 'file':
      return { ...sink, path: at(sink.path) };
    case 'syslog':
      return { ...sink, caFile: maybe(sink.caFile) };
    case 'https':
      return { ...sink, tokenFile: maybe(sink.tokenFile) };
  }
}
