/** How to go through the simulated broker: who, by which method, and which way to fail, if any. */
export type BrokerWalk = Readonly<{
  /** Identity code of a test person; with `name` a person of one's own invention. */
  person?: string;
  name?: string;
  /** The button on the method page; only looked at where that page shows. */
  method?: 'demopankki' | 'pankki-kaksi' | 'mobiilivarmenne';
  /** A way to fail (src/demo/broker/scenarios.ts), or `leave` for the cancel button of the first page. */
  fail?: string;
}>;

/** What the walk saw: the address back at the service, and the broker's pages on the way. */
export type BrokerWalked = Readonly<{ callback: URL; pages: readonly string[] }>;

const mostSteps = 20;

/**
 * Goes from the address a service sent the browser to, through the broker's pages, like a browser without scripts;
 * returns where the browser is sent back to, without going there. Throws with the page when the broker shows an error.
 */
export async function walkBroker(start: string | URL, walk: BrokerWalk = {}): Promise<URL> {
  return (await walkBrokerPages(start, walk)).callback;
}

/** {@link walkBroker} with the pages it saw. */
export async function walkBrokerPages(start: string | URL, walk: BrokerWalk = {}): Promise<BrokerWalked> {
  const jar = new Map<string, string>();
  const pages: string[] = [];
  let url = new URL(start);
  const { origin } = url;
  let answer = await send(jar, url);
  for (let step = 0; step < mostSteps; step += 1) {
    if (answer.status >= 300 && answer.status < 400) {
      url = new URL(answer.headers.get('location') ?? '', url);
      if (url.origin !== origin) return { callback: url, pages };
      answer = await send(jar, url);
      continue;
    }
    const page = await answer.text();
    pages.push(page);
    if (answer.status !== 200) throw new Error(`The broker answered ${answer.status} at ${url.pathname}:\n${page}`);
    const [action, fields] = formOf(page, walk);
    url = new URL(action, url);
    answer = await send(jar, url, fields);
  }
  throw new Error(`The broker sent the browser round in circles, last to ${url.pathname}`);
}

function formOf(page: string, walk: BrokerWalk): [action: string, fields: Record<string, string>] {
  const actions = [...page.matchAll(/<form[^>]*action="([^"]+)"/g)].map(([, action = '']) => action);
  const actionEnding = (end: string) => actions.find((action) => action.endsWith(`/${end}`));
  const choose = (end: string, fields: Record<string, string>) => {
    const action = actionEnding(end);
    return action === undefined ? undefined : ([action, fields] as [string, Record<string, string>]);
  };
  const { person = '010190-999W', name, method = 'demopankki', fail } = walk;
  const chosen =
    (fail === 'leave' ? choose('cancel', {}) : undefined) ??
    choose('method', { method }) ??
    choose('phone', { phone: '040 123 4567' }) ??
    choose('approve', {}) ??
    (name === undefined ? undefined : choose('own', { name, code: person })) ??
    choose('person', fail ? { person, fail } : { person }) ??
    choose('accept', {});
  if (!chosen) throw new Error(`No form to go on with:\n${page}`);
  return chosen;
}

async function send(jar: Map<string, string>, url: URL, fields?: Record<string, string>): Promise<Response> {
  const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
  const answer = await fetch(url, {
    redirect: 'manual',
    headers: cookie === '' ? {} : { cookie },
    ...(fields ? { method: 'POST', body: new URLSearchParams(fields) } : {}),
  });
  for (const line of answer.headers.getSetCookie()) {
    const [pair = ''] = line.split(';');
    const [name = '', ...value] = pair.split('=');
    jar.set(name, value.join('='));
  }
  return answer;
}
