import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { type ControlRequest, readAnswer, toLine } from './message.ts';
import { type OperationEnd, OperationRefused, type Print } from './operation.ts';

/**
 * Asks the Avain that listens at `path`. Resolves to null when none does; throws OperationRefused when it ended before
 * it answered to the end, or speaks another language.
 */
export async function askRunning(path: string, request: ControlRequest, print: Print): Promise<OperationEnd | null> {
  const socket = await connected(path);
  if (!socket) return null;
  try {
    socket.write(toLine(request));
    for await (const line of createInterface({ input: socket })) {
      const answer = readAnswer(line);
      if (!answer) throw new OperationRefused('The running Avain answers what this command does not understand.');
      if ('exit' in answer) return answer;
      print(answer.line);
    }
  } catch (error) {
    if (error instanceof OperationRefused) throw error;
  } finally {
    socket.destroy();
  }
  throw new OperationRefused('Avain stopped before it had answered: start it and give the command again.');
}

/** Nobody listens: no such file, or a file that a killed process left behind. */
const absent = new Set(['ENOENT', 'ECONNREFUSED', 'ENAMETOOLONG', 'EINVAL']);

async function connected(path: string): Promise<Socket | null> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
  } catch (error) {
    // A cast: `error` events of a socket carry the system's error.
    const { code = '' } = error as NodeJS.ErrnoException;
    if (absent.has(code)) return null;
    throw new OperationRefused(`${path} cannot be opened (${code}): be the user that Avain runs as.`);
  }
  // What breaks later ends the reading, which tells it.
  socket.on('error', () => undefined);
  return socket;
}
