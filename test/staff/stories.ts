/** A world with two counties, and what their staff do at /staff/rosters. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type OwnConfig, ownConfig } from '../support/own-config.ts';
import { startWorld, type World } from '../support/start-world.ts';
import { identify, noListener, signInWithPassword } from '../support/stories.ts';
import { type Answer, createVisitor, formsOf, type Visitor } from '../support/visitor.ts';

export const kunta = { email: 'kunta@oma.example', identityCode: '080675-908M' } as const;
/** Works for the other county. */
export const aino = { email: 'aino@oma.example', identityCode: '131189Y902A' } as const;
export const rosters = '/staff/rosters';
export const hame = `${rosters}/personal-assistance/kanta-hame`;
export const savo = `${rosters}/personal-assistance/etela-savo`;

export type StaffWorld = { readonly world: World; readonly config: OwnConfig };

export async function startStaffWorld(): Promise<StaffWorld> {
  const config = await ownConfig();
  const file = join(config.dir, 'rosters/personal-assistance.yaml');
  const savonian = `  etela-savo:\n    name: { fi: Etelä-Savo, sv: Södra Savolax, en: South Savo }\n    staff: ['${aino.email}']\n`;
  await writeFile(file, `${await readFile(file, 'utf8')}${savonian}`);
  return { world: await startWorld({ env: config.env }), config };
}

export async function stopStaffWorld(started: StaffWorld | undefined): Promise<void> {
  await started?.world.stop();
  await started?.config.remove();
}

export const browser = (): Visitor => {
  const visitor = createVisitor({ accept: 'text/html' });
  visitor.unvisited.add(noListener);
  return visitor;
};

/** By password and at the bank, to the page that was wanted. */
export async function signInAsStaff(
  world: World,
  { email, identityCode }: { readonly email: string; readonly identityCode: string },
  path: string = rosters,
  visitor = browser(),
): Promise<{ readonly visitor: Visitor; readonly page: Answer }> {
  const signIn = await visitor.get(new URL(path, world.issuer));
  const strongAuth = await signInWithPassword(visitor, signIn, email);
  return { visitor, page: await identify(visitor, strongAuth, { person: identityCode }) };
}

/** Chooses a file on the import page and presses the button. */
export async function upload(
  visitor: Visitor,
  page: Answer,
  content: string | Uint8Array<ArrayBuffer>,
): Promise<Answer> {
  const [form] = formsOf(page);
  const body = new FormData();
  body.set('csrf', form?.fields['csrf'] ?? '');
  body.set('file', new Blob([content], { type: 'text/csv' }), 'lista.csv');
  return send(visitor, page.url, body);
}

/** A POST of any body with this browser's cookies; a redirect is followed. */
export async function send(
  visitor: Visitor,
  url: URL,
  body: string | FormData | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const cookie = Object.entries(visitor.cookiesFor(url))
    .map(([name, value]) => `${name}=${value}`)
    .join('; ');
  const answer = await fetch(url, { method: 'POST', body, headers: { cookie, ...headers }, redirect: 'manual' });
  const location = answer.headers.get('location');
  if (location !== null) return visitor.get(new URL(location, url));
  return { status: answer.status, url, text: await answer.text(), headers: answer.headers, hops: [url] };
}
