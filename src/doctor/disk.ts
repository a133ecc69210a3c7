import { statfs } from 'node:fs/promises';
import { errorCodeOf } from './error-code.ts';
import { bad, doubtful, type Examination, type Examined, type Finding, good, notTried } from './examination.ts';

const mebibyte = 1_048_576;
/** The log of the embedded storage alone may grow to 64 MiB. */
const badMib = 128;
const doubtfulMib = 1_024;

export async function examineDisk({ config }: Examination): Promise<Examined> {
  return { findings: [await room(config.dataDir)] };
}

async function room(folder: string): Promise<Finding> {
  try {
    const { bavail, bsize } = await statfs(folder);
    const free = Math.floor((bavail * bsize) / mebibyte);
    const found = `${free} MiB free in ${folder}`;
    const remedy = 'Make room there, or move dataDir to a larger disk: when it is full nobody can sign in';
    if (free < badMib) return bad('disk', found, remedy);
    return free < doubtfulMib ? doubtful('disk', found, remedy) : good('disk', found);
  } catch (error) {
    return notTried(
      'disk',
      `${folder} cannot be looked at (${errorCodeOf(error)})`,
      'The first start makes it: npm start',
    );
  }
}
