/** As much of MongoDB's wire protocol as a proxy needs that answers in the server's place (OP_MSG, one document). */
import mongoose from 'mongoose';

const { BSON } = mongoose.mongo;
const opMsg = 2013;
const headerBytes = 16;
const writes = new Set(['insert', 'update', 'delete', 'findAndModify']);

/** The name of the command in a message that fits into one chunk; null for anything else. */
export function commandOf(message: Buffer): string | null {
  if (message.length < headerBytes + 5 || message.readInt32LE(12) !== opMsg) return null;
  // Behind the flags: section kind 0 and the command's document; a bulk's own documents follow in sections of kind 1.
  const document = message.subarray(headerBytes + 5);
  const [name = null] = Object.keys(BSON.deserialize(document.subarray(0, document.readInt32LE(0))));
  return name;
}

export const isWrite = (message: Buffer): boolean => writes.has(commandOf(message) ?? '');

/** What a server says that was primary until just now; the driver tries once more, elsewhere if it can. */
export function notPrimary(message: Buffer): Buffer {
  const document = BSON.serialize({
    ok: 0,
    code: 10_107,
    codeName: 'NotWritablePrimary',
    errmsg: 'not primary',
    errorLabels: ['RetryableWriteError'],
  });
  const answer = Buffer.alloc(headerBytes + 5);
  answer.writeInt32LE(headerBytes + 5 + document.length, 0);
  answer.writeInt32LE(message.readInt32LE(4), 8);
  answer.writeInt32LE(opMsg, 12);
  return Buffer.concat([answer, document]);
}
