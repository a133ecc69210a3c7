import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { jsonSchemas } from '../../src/config/json-schema.ts';
import { repository } from './scratch.ts';

const dir = join(repository, 'config/schema');

describe.each(Object.entries(jsonSchemas()))('config/schema/%s', (name, schema) => {
  test('is what the code checks (AVAIN_WRITE_SCHEMAS=1 npm test -- test/config/json-schema.test.ts writes it anew)', async () => {
    const current = `${JSON.stringify(schema, null, 2)}\n`;
    if (process.env['AVAIN_WRITE_SCHEMAS'] === '1') await writeFile(join(dir, name), current);
    expect(await readFile(join(dir, name), 'utf8')).toBe(current);
  });

  test('refuses unknown keys, as the code does', () => {
    expect(schema).toHaveProperty('additionalProperties', false);
  });
});

test.each(['avain.yaml', 'clients/oima.yaml', 'clients/oima-apu.yaml', 'clients/kuitti.yaml'])(
  '%s names its schema for editors',
  async (file) => {
    const path = join(repository, 'config', file);
    const [, schema] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(await readFile(path, 'utf8')) ?? [];
    expect(await readFile(join(path, '..', schema ?? ''), 'utf8')).toContain('json-schema.org');
  },
);
