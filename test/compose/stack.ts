/** compose.yaml as data, for tests that hold it to the house. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { root } from '../docs/pages.ts';

export type Service = {
  readonly image: string;
  readonly build?: string;
  readonly user?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly restart?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly networks?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly stop_grace_period?: string;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
};

type Stack = {
  readonly services: Readonly<Record<string, Service>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
  readonly volumes: Readonly<Record<string, unknown>>;
};

export const text = (path: string) => readFileSync(join(root, path), 'utf8');

/** With its merge keys (`<<`) resolved, as Compose reads it. Its form is known: what is wrong in it fails a test. */
export const stack: Stack = parse(text('compose.yaml'), { merge: true });

export const services = Object.entries(stack.services);

/** One service by its name; throws where there is none. */
export function service(name: string): Service {
  const found = stack.services[name];
  if (found === undefined) throw new Error(`compose.yaml has no service ${name}`);
  return found;
}

/** Host path → path in the container, of the files and folders of the repository that a service is given. */
export function mounts({ volumes = [] }: Service): readonly (readonly [string, string])[] {
  return volumes
    .filter((volume) => volume.startsWith('./'))
    .map((volume) => {
      const [from = '', to = ''] = volume.split(':');
      return [from, to] as const;
    });
}

/**
 * What a container would see, below `folder`: the configuration in `avain/`, the secrets in `secrets/`. Returns the
 * environment of a node, of the image and of compose.yaml, with its paths there.
 */
export function asInContainer(folder: string): Record<string, string> {
  const here = (content: string) =>
    content.replaceAll('/run/secrets', join(folder, 'secrets')).replaceAll('/etc/avain', join(folder, 'avain'));
  cpSync(join(root, 'compose/avain'), join(folder, 'avain'), { recursive: true });
  const client = join(folder, 'avain/clients/oima.yaml');
  writeFileSync(client, here(readFileSync(client, 'utf8')));
  const ofImage = [...text('Dockerfile').matchAll(/\b(AVAIN_\w+)=(\S+)/g)].map(([, name = '', value = '']) => [
    name,
    value,
  ]);
  const environment = { ...Object.fromEntries(ofImage), ...service('avain-1').environment };
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, here(String(value))]));
}
