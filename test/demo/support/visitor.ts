/** What a page answered after all redirects. */
export type Visited = Readonly<{ status: number; url: URL; text: string; hops: readonly string[] }>;

/** A browser without scripts: cookies by host (not by port, like a real one's) and redirects. */
export type Visitor = Readonly<{
  get(address: string): Promise<Visited>;
  post(
    address: string,
    form: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Visited>;
  cookies: ReadonlyMap<string, string>;
}>;

const mostHops = 20;

/** A browser with an empty jar. */
export function createVisitor(): Visitor {
  const cookies = new Map<string, string>();

  const request = async (address: URL, init: RequestInit): Promise<Response> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...(init.headers as Record<string, string> | undefined), ...(cookie !== '' && { cookie }) };
    const answer = await fetch(address, { ...init, headers, redirect: 'manual' });
    for (const line of answer.headers.getSetCookie()) remember(cookies, line);
    return answer;
  };
  const follow = async (address: string, init: RequestInit): Promise<Visited> => {
    let url = new URL(address);
    let answer = await request(url, init);
    const hops = [url.href];
    while (answer.status >= 300 && answer.status < 400 && hops.length < mostHops) {
      url = new URL(answer.headers.get('location') ?? '', url);
      hops.push(url.href);
      answer = await request(url, {});
    }
    return { status: answer.status, url, text: await answer.text(), hops };
  };
  return {
    cookies,
    get: (address) => follow(address, {}),
    post: (address, form, headers = {}) =>
      follow(address, { method: 'POST', body: new URLSearchParams(form), headers }),
  };
}

function remember(cookies: Map<string, string>, line: string): void {
  const [pair = ''] = line.split(';');
  const name = pair.slice(0, pair.indexOf('='));
  const value = pair.slice(pair.indexOf('=') + 1);
  if (value === '' || /expires=Thu, 01 Jan 1970/i.test(line)) cookies.delete(name);
  else cookies.set(name, value);
}
