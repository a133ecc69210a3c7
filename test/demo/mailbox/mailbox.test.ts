import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createTransport } from 'nodemailer';
import { type ProgramUnderTest, startProgram } from '../support/start-program.ts';

const page = 'http://localhost:7210';
const ports = { AVAIN_MOVED_PORTS: '3500:7210,3525:7211' };
const link = 'http://localhost:3000/links/activate/abc?x=1&y=2#secret';

describe('the mailbox', () => {
  let dataDir: string;
  let mailbox: ProgramUnderTest;
  const transport = createTransport({ host: 'localhost', port: 7211 });
  const start = () => startProgram('src/demo/mailbox/main.ts', [], { ...ports, AVAIN_DATA_DIR: dataDir }, page);
  const send = (to: string, subject = 'Aktivoi tilisi – äö') =>
    transport.sendMail({
      from: { name: 'Avain', address: 'avain@oma.example' },
      to,
      subject,
      text: `Hei!\n${link}\n`,
      html: `<html><head></head><body><p>Hei! <a href="${link.replace('&', '&amp;')}">Aktivoi tili</a></p></body></html>`,
      headers: { 'X-Kind': 'activate' },
    });
  const list = async (query = '') =>
    (await (await fetch(`${page}/api/messages${query}`)).json()) as { to: string; id: string }[];

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'avain-mailbox-'));
  });
  beforeEach(async () => {
    mailbox = await start();
  });
  afterEach(async () => {
    await fetch(`${page}/api/messages`, { method: 'DELETE' });
    expect(await mailbox.stop()).toBe(0);
  });
  afterAll(() => rm(dataDir, { recursive: true }));

  test('gives what came over SMTP as JSON, newest first, by address whatever its case', async () => {
    await send('uusi@oma.example');
    await send('Aino@oma.example', 'toinen');
    expect((await list()).map(({ to }) => to)).toEqual(['Aino@oma.example', 'uusi@oma.example']);
    expect((await list('?to=AINO@oma.example')).length).toBe(1);
    expect(await list('?to=nobody@oma.example')).toEqual([]);
    expect(await list('?to=uusi@oma.example')).toEqual([
      {
        id: expect.stringMatching(/^[\w-]+$/),
        to: 'uusi@oma.example',
        from: expect.stringContaining('avain@oma.example'),
        subject: 'Aktivoi tilisi – äö',
        date: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        headers: expect.objectContaining({ 'x-kind': 'activate' }),
        text: expect.stringContaining(link),
        html: expect.stringContaining('Aktivoi tili'),
      },
    ]);
  });

  test('shows a mail with its link as a real link, and its html where nothing runs', async () => {
    await send('uusi@oma.example', '<script>');
    const [message] = await list();
    const shown = await (await fetch(`${page}/messages/${message?.id}`)).text();
    expect(shown).toContain(`<a href="${link.replace('&', '&amp;')}">Aktivoi tili</a>`);
    expect(shown).not.toContain('<script>');
    const html = await fetch(`${page}/messages/${message?.id}/html`);
    expect(html.headers.get('content-security-policy')).toMatch(/^sandbox [^;]*; default-src 'none'/);
    expect(await html.text()).toContain('<head><base target="_top"></head>');
    expect((await fetch(`${page}/messages/none`)).status).toBe(404);
  });

  test('keeps what it acknowledged over a kill and a restart, until emptied', async () => {
    await send('uusi@oma.example');
    await mailbox.stop();
    mailbox = await start();
    expect((await list()).length).toBe(1);
    expect((await fetch(`${page}/api/messages`, { method: 'DELETE' })).status).toBe(204);
    expect(await list()).toEqual([]);
  });

  test('is not emptied by a page of another origin', async () => {
    await send('uusi@oma.example');
    const foreign = { method: 'POST', headers: { origin: 'http://localhost:3200' } };
    expect((await fetch(`${page}/empty`, foreign)).status).toBe(403);
    expect((await list()).length).toBe(1);
  });

  test('says which port is taken, and the way out', async () => {
    const second = await startProgram('src/demo/mailbox/main.ts', [], { ...ports, AVAIN_DATA_DIR: dataDir });
    const { status, output } = await second.ended;
    expect(status).toBe(1);
    expect(output).toMatch(/Port 7211 of the mailbox's SMTP is taken.*PORT_OFFSET/);
  });

  test('does not run in production', async () => {
    const { status, output } = await (await startProgram('src/demo/mailbox/main.ts', [], { NODE_ENV: 'production' }))
      .ended;
    expect([status, output]).toEqual([1, expect.stringContaining('NODE_ENV=production')]);
  });
});
