/** The five kinds of clients that `avain client new` writes, each with what is right for its kind and nothing else. */

export const presets = ['web', 'spa', 'mobile', 'machine', 'device'] as const;
export type Preset = (typeof presets)[number];

export type NewClient = {
  readonly preset: Preset;
  readonly id: string;
  readonly name: string;
  readonly party: 'first' | 'third';
  /** Empty for clients that nobody signs in to through a browser of their own. */
  readonly redirectUris: readonly string[];
  /** null = it follows from the first redirect address. */
  readonly startUrl: string | null;
};

/** In words, for whoever must choose. */
export const presetWords: Readonly<Record<Preset, string>> = {
  web: 'a web service with a server that keeps a secret',
  spa: 'a single-page application: everything runs in the browser',
  mobile: 'an app on a phone or a computer',
  machine: 'a program that acts for itself, without people',
  device: 'a device without a browser: the person signs in on a phone',
};

/** Where people are sent; a machine has none, and a device shows a code. */
export const hasRedirect = (preset: Preset): boolean => preset !== 'machine' && preset !== 'device';

const isPublic = (preset: Preset): boolean => preset === 'spa' || preset === 'mobile' || preset === 'device';

// JSON is YAML: whatever was typed stays one text.
const quoted = (text: string): string => JSON.stringify(text);

/** The client file, which passes `avain client check`; `schema` is the way to the schema for editors. */
export function clientYaml(client: NewClient, schema: string): string {
  const { preset, name, party } = client;
  const lines = [
    `# yaml-language-server: $schema=${schema}`,
    `# ${presetWords[preset]}. Every key is explained in the schema, which editors show.`,
    `name: ${quoted(name)}`,
    `party: ${party}`,
    `type: ${isPublic(preset) ? 'public' : 'confidential'}`,
    ...(preset === 'mobile' ? ['application: native'] : []),
    ...(preset === 'machine'
      ? ['# Gets tokens for itself; name the resource servers it may call below resources:.', 'clientCredentials: true']
      : []),
    ...(preset === 'device' ? ['deviceFlow: true'] : []),
    ...(hasRedirect(preset) ? addresses(client) : []),
    ...(preset === 'device' ? start(client) : []),
    ...(preset === 'machine' ? [] : ['', 'scopes: [openid, email, profile]', ...offline(preset)]),
  ];
  return `${lines.join('\n')}\n`;
}

function addresses(client: NewClient): readonly string[] {
  const web = webOrigin(client);
  return [
    '',
    '# Compared character by character: no pattern, no slash more or less.',
    `redirectUris: [${client.redirectUris.map(quoted).join(', ')}]`,
    ...(web === null ? [] : [`postLogoutRedirectUris: [${quoted(`${web}/`)}]`]),
    ...start(client),
  ];
}

function start({ preset, startUrl, redirectUris }: NewClient): readonly string[] {
  const web = webOrigin({ redirectUris });
  const derived = web === null ? null : `${web}/${preset === 'web' ? 'login' : ''}`;
  const url = startUrl ?? derived;
  if (url === null) return [];
  return [
    '# Must begin a new sign-in: people come here from mails and from pages that have expired.',
    `startUrl: ${quoted(url)}`,
  ];
}

const offline = (preset: Preset): readonly string[] =>
  preset === 'web' ? [] : ['# A refresh token comes with every sign-in; it rotates.', 'offlineAccess: true'];

/** Of the first redirect address, where that is a page of the web. */
export function webOrigin({ redirectUris: [first = ''] }: Pick<NewClient, 'redirectUris'>): string | null {
  if (!URL.canParse(first)) return null;
  const { origin } = new URL(first);
  return origin === 'null' ? null : origin;
}
