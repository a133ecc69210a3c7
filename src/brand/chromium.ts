/** Pictures of pages by a Chromium that the machine has, over the pipe of its DevTools Protocol: no package is needed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

export type Shooter = {
  /** The whole page as PNG, `widthPx` wide. Throws with Chromium's own words when it cannot. */
  shoot(fileUrl: string, widthPx: number): Promise<Buffer>;
  close(): Promise<void>;
};

type Answer = { readonly id?: number; readonly result?: unknown; readonly error?: { readonly message: string } };
type Send = (method: string, params?: object, sessionId?: string) => Promise<Record<string, unknown>>;

/** As the protocol has it. */
type Size = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

const patienceMs = 30_000;

/** Each message ends with a NUL; answers come by the number of their question. */
function conversation(input: Writable, output: Readable): Send {
  const waiting = new Map<number, (answer: Answer) => void>();
  let rest = Buffer.alloc(0);
  let asked = 0;
  output.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf(0); end >= 0; end = rest.indexOf(0)) {
      // The cast: what Chromium writes there is a message of the protocol.
      const answer = JSON.parse(rest.subarray(0, end).toString('utf8')) as Answer;
      rest = rest.subarray(end + 1);
      if (answer.id !== undefined) waiting.get(answer.id)?.(answer);
    }
  });
  return async (method, params = {}, sessionId) => {
    asked += 1;
    const id = asked;
    const answered = new Promise<Answer>((done) => waiting.set(id, done));
    input.write(`${JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) })}\0`);
    const late = new Promise<Answer>((done) => {
      setTimeout(() => done({ error: { message: `no answer to ${method}` } }), patienceMs).unref();
    });
    const { error, result } = await Promise.race([answered, late]);
    waiting.delete(id);
    if (error) throw new Error(`Chromium: ${error.message}`);
    // The cast: results of the protocol are objects.
    return (result ?? {}) as Record<string, unknown>;
  };
}

async function settled(send: Send, session: string): Promise<void> {
  const expression =
    'new Promise((done) => document.readyState === "complete" ? done() : addEventListener("load", done))';
  await send('Runtime.evaluate', { expression, awaitPromise: true }, session);
}

/** Starts the program; throws where it does not start. It runs without its sandbox only where it must (root, containers). */
export async function startChromium(program: string): Promise<Shooter> {
  const profile = await mkdtemp(join(tmpdir(), 'avain-preview-'));
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const flags = ['--headless', '--remote-debugging-pipe', '--hide-scrollbars', `--user-data-dir=${profile}`, ...asRoot];
  const child = spawn(program, [...flags, 'about:blank'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
  // `once` throws what the program could not be started for.
  const ended = once(child, 'exit');
  const gone = ended.then(() => Promise.reject(new Error(`${program} ended by itself`)));
  gone.catch(() => undefined);
  // The casts: descriptors 3 and 4 were asked for as pipes above.
  const send = conversation(child.stdio[3] as Writable, child.stdio[4] as Readable);
  const first = await Promise.race([send('Target.createTarget', { url: 'about:blank' }), gone]);
  const { sessionId } = await send('Target.attachToTarget', { targetId: first.targetId, flatten: true });
  const session = String(sessionId);
  return {
    async shoot(fileUrl, widthPx) {
      const size = { width: widthPx, height: 800, deviceScaleFactor: 1, mobile: false };
      await send('Emulation.setDeviceMetricsOverride', size, session);
      await send('Page.navigate', { url: fileUrl }, session);
      await settled(send, session);
      const { cssContentSize } = await send('Page.getLayoutMetrics', {}, session);
      const clip = { ...(cssContentSize as Size), scale: 1 };
      const whole = { format: 'png', captureBeyondViewport: true, clip };
      const { data } = await send('Page.captureScreenshot', whole, session);
      return Buffer.from(String(data), 'base64');
    },
    async close() {
      await send('Browser.close').catch(() => child.kill());
      await ended.catch(() => undefined);
      await rm(profile, { recursive: true, force: true });
    },
  };
}
