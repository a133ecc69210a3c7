import { examineBrokers } from './brokers.ts';
import { examineClock } from './clock.ts';
import { examineDisk } from './disk.ts';
import type { Examination, Finding } from './examination.ts';
import { examineMail } from './mail.ts';
import { examinePublicAddress } from './public-address.ts';
import { examineSecrets } from './secrets.ts';
import { examineStorage } from './storage.ts';

/** Everything beside the configuration itself, which was sound. Takes as long as the slowest of what is asked. */
export async function examine(examination: Examination): Promise<readonly Finding[]> {
  const examined = await Promise.all([
    examineSecrets(examination),
    examineStorage(examination),
    examineDisk(examination),
    examineMail(examination),
    examineBrokers(examination),
    examinePublicAddress(examination),
  ]);
  const clocks = examined.flatMap((one) => one.clocks ?? []);
  return [...examined.flatMap(({ findings }) => findings), examineClock(clocks)];
}
