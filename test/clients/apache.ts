/** Debian's Apache around a site of a recipe: what `a2enmod` and `systemctl` would have done, in a folder and by hand. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Place } from './recipes.ts';

const modules = ['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'mime', 'dir', 'include', 'auth_openidc'];

/** `ownCa`: what the recipe puts before the site for a private authority. Returns the shell's commands. */
export async function apacheAround({ folder }: Place, ownCa: string): Promise<string> {
  const isRoot = process.getuid?.() === 0;
  const lines = [
    `ServerRoot ${folder}`,
    'ServerName localhost',
    `PidFile ${join(folder, 'httpd.pid')}`,
    `DefaultRuntimeDir ${folder}`,
    `ErrorLog ${join(folder, 'output.log')}`,
    ...modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`),
    'TypesConfig /dev/null',
    ...(isRoot ? ['User www-data', 'Group www-data'] : []),
    ownCa,
    `Include ${join(folder, 'avain.conf')}`,
  ];
  await writeFile(join(folder, 'httpd.conf'), `${lines.join('\n')}\n`);
  return `. ./envvars\nexec apache2 -f ${join(folder, 'httpd.conf')} -DFOREGROUND`;
}
