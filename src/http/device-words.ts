/** A device in words, as its owner reads of it in mails and on pages: the same everywhere. */
import type { DeviceLook } from '../accounts/account.ts';
import type { TextKey, TextParams } from './texts.ts';

type Words = (key: TextKey, params?: TextParams) => string;

/** As "Firefox, Windows"; what is not known is left out. */
export function deviceName(t: Words, { program, system }: Pick<DeviceLook, 'program' | 'system'>): string {
  const known = [program, system].filter((name) => name !== null);
  return known.length > 0 ? known.join(', ') : t('device.unknown');
}

/** The kept half of the address, without the notation of its length. */
export function networkName(t: Words, { network }: Pick<DeviceLook, 'network'>): string {
  if (network === 'local') return t('device.local-network');
  return t('device.network', { start: network.replace(/\.0\.0\/16$|::\/32$/, '') });
}
