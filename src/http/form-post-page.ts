const page = /<form method="post" action="([^"]*)">([\s\S]*?)<\/form>/;
const input = /<input type="hidden" name="([^"]*)" value="([^"]*)"\/>/g;

const decoded = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

export type FormPost = {
  /** The client's redirect URI, which the library has found registered. */
  readonly action: string;
  readonly fields: readonly { readonly name: string; readonly value: string }[];
};

/**
 * What oidc-provider's page of `response_mode=form_post` would send, so that a page of ours can send it; null = it is not
 * that page.
 */
export function parseFormPost(html: string): FormPost | null {
  const [, action, inputs = ''] = html.includes('<title>Submitting Callback</title>') ? (page.exec(html) ?? []) : [];
  if (action === undefined) return null;
  const fields = [...inputs.matchAll(input)].map(([, name = '', value = '']) => ({ name, value: decoded(value) }));
  return { action: decoded(action), fields };
}
