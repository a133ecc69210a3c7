/** Files as people make them, and as they should not be: rows come out whole, each on its line, in bounded memory. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { OperationRefused } from '../../src/control/operation.ts';
import { safeCell, splitFields } from '../../src/csv/csv.ts';
import { createCutter } from '../../src/csv/cut-records.ts';
import { type FileRow, openUsers, type UserFormat } from '../../src/migration/read-users.ts';

const dir = mkdtempSync(join(tmpdir(), 'avain-read-'));
afterAll(() => rmSync(dir, { recursive: true }));

async function read(content: string | Uint8Array, format: UserFormat = 'csv'): Promise<FileRow[]> {
  const path = join(dir, 'users');
  writeFileSync(path, content);
  const file = await openUsers(path, format);
  try {
    const rows: FileRow[] = [];
    for await (const row of file.rows) rows.push(row);
    return rows;
  } finally {
    await file.close();
  }
}

const bom = '\ufeff';

describe('CSV', () => {
  test('a mark of byte order, CRLF, quotes, line feeds inside quotes, blank lines, no line end at the end', async () => {
    const text = `${bom}Email,"nickname"\r\na@b.fi,"He said ""hei"", twice\nover"\r\n\r\n"c@d.fi",`;
    expect(await read(text)).toEqual([
      { line: 2, row: { email: 'a@b.fi', nickname: 'He said "hei", twice\nover' } },
      { line: 5, row: { email: 'c@d.fi', nickname: '' } },
    ]);
  });

  test.each([
    [';', 'email;created'],
    ['\t', 'email\tcreated'],
    [',', 'created,email'],
  ])('with %j between the fields, in any order', async (sign, header) => {
    const values = { email: 'a@b.fi', created: '2020-01-01' };
    const line = header.split(sign).map((name) => values[name as keyof typeof values]);
    expect(await read(`${header}\n${line.join(sign)}\n`)).toEqual([{ line: 2, row: values }]);
  });

  test('one bad row is told and its neighbours are read', async () => {
    const latin1 = Buffer.from('email,nickname\na@b.fi,ok\nx@b.fi,Hämäläinen\n', 'latin1');
    expect(await read(latin1)).toEqual([
      { line: 2, row: { email: 'a@b.fi', nickname: 'ok' } },
      { line: 3, row: 'not-utf-8' },
    ]);
    const wrong = 'email,nickname\na"b@c.fi,x\n"a"b@c.fi,x\na@b.fi\na@b.fi,x,y\nz@b.fi,x\n';
    expect(await read(wrong)).toEqual([
      { line: 2, row: 'quote-misplaced' },
      { line: 3, row: 'quote-misplaced' },
      { line: 4, row: 'wrong-number-of-fields' },
      { line: 5, row: 'wrong-number-of-fields' },
      { line: 6, row: { email: 'z@b.fi', nickname: 'x' } },
    ]);
  });

  test('a field of 10 MB, quoted or not, is passed over and not kept', async () => {
    const before = process.memoryUsage().arrayBuffers;
    const huge = 'x'.repeat(10_000_000);
    const rows = await read(`email,nickname\na@b.fi,"${huge}\n${huge}"\nc@d.fi,${huge}\ne@f.fi,ok\n`);
    expect(rows).toEqual([
      { line: 2, row: 'row-too-long' },
      { line: 4, row: 'row-too-long' },
      { line: 5, row: { email: 'e@f.fi', nickname: 'ok' } },
    ]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(80_000_000);
  });

  test('a quote that never closes is told with the line where it began', async () => {
    expect(await read('email,nickname\na@b.fi,x\nc@d.fi,"oh\ne@f.fi,y\n')).toEqual([
      { line: 2, row: { email: 'a@b.fi', nickname: 'x' } },
      { line: 3, row: 'quote-never-closes' },
    ]);
  });

  test.each([
    ['email,password\na,b\n', 'must name the columns'],
    ['hash,locale\na,b\n', 'email among them'],
    ['email,email\na,b\n', 'each once'],
    ['a@b.fi,x\n', 'must name the columns'],
    ['', 'must name the columns'],
    [Buffer.from(`${bom}email\n`, 'utf16le'), 'UTF-16'],
  ])('%j is refused as a whole', async (content, message) => {
    await expect(read(content)).rejects.toThrow(OperationRefused);
    await expect(read(content)).rejects.toThrow(message);
  });

  test('what any program writes by RFC 4180 is read back, however the bytes arrive', () => {
    const field = fc.string({ unit: fc.constantFrom('a', 'ä', '"', ',', '\n', '\r', ' ', '😀') });
    const table = fc.array(fc.tuple(field, field), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(table, fc.integer({ min: 1, max: 7 }), (rows, chunkBytes) => {
        const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
        const bytes = Buffer.from(rows.map((row) => `${row.map(quoted).join(',')}\r\n`).join(''));
        const cutter = createCutter(16_384, 0x2c);
        const records = [];
        for (let at = 0; at < bytes.length; at += chunkBytes) {
          records.push(...cutter.push(bytes.subarray(at, at + chunkBytes)));
        }
        records.push(...cutter.end());
        expect(records.map((record) => splitFields(String(record.bytes), ','))).toEqual(rows);
      }),
    );
  });
});

describe('NDJSON', () => {
  test('a row a line; null is absent; flags may be booleans', async () => {
    const text = '{"email":"a@b.fi","hash":null,"must_change":true}\n\n{"email":"c@d.fi"}';
    expect(await read(text, 'ndjson')).toEqual([
      { line: 1, row: { email: 'a@b.fi', must_change: 'true' } },
      { line: 3, row: { email: 'c@d.fi' } },
    ]);
  });

  test('what is not a row is told', async () => {
    const lines = [
      '{"email":',
      '[]',
      '{"email":5}',
      '{"email":"a@b.fi","password":"x"}',
      '"a@b.fi"',
      'x'.repeat(20_000),
    ];
    expect((await read(lines.join('\n'), 'ndjson')).map(({ row }) => row)).toEqual([
      'no-json',
      'wrong-type',
      'wrong-type',
      'unknown-key',
      'wrong-type',
      'row-too-long',
    ]);
  });
});

test('what cannot be opened is told without its name', async () => {
  const path = join(dir, 'henkilö-010190-999W.csv');
  await expect(openUsers(path, 'csv')).rejects.toThrow(/^There is no such file\.$/);
  await expect(openUsers(dir, 'csv')).rejects.toThrow('That is a folder or a device: name a file.');
});

test('no cell of a report is a formula', () => {
  for (const sign of ['=', '+', '-', '@', '\t', '\r']) expect(safeCell(`${sign}1+1`)).toBe(`"'${sign}1+1"`);
  expect(safeCell('a "b", c')).toBe('"a ""b"", c"');
});
