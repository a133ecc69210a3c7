/** What may be kept of the parameters of a request: names, and values of those only that open nothing and name nobody. */

export type ShownParameter = {
  readonly name: string;
  /** null = there, but not shown; then `length` says how much of it there was. */
  readonly value: string | null;
  readonly length: number;
};

/** Everything else is a code, a token, a secret, an address, or may be one. */
const shownNames = new Set([
  'client_id',
  'response_type',
  'response_mode',
  'scope',
  'redirect_uri',
  'post_logout_redirect_uri',
  'prompt',
  'max_age',
  'acr_values',
  'ui_locales',
  'code_challenge_method',
  'grant_type',
  'token_type_hint',
  'client_assertion_type',
  'resource',
]);

const most = { parameters: 30, nameCharacters: 40, valueCharacters: 200 };

/**
 * A value as it may stand on a page: cut, without control characters, without what looks like an e-mail address or like
 * something random that was put into the wrong parameter.
 */
export function visible(text: string): string {
  return text
    .slice(0, most.valueCharacters)
    .replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '\ufffd')
    .replace(/[^\s:/?#&=,]*(?:@|%40)[^\s/?#&=,]*/gi, '…@…')
    .replace(/[\w~-]{32,}/g, (run) => `${run.slice(0, 4)}…`);
}

/** Addresses are shown to be compared, but what their query and fragment carry is not. */
const withoutValues = (address: string): string => address.replace(/([?&#][^=&#]*=)[^&#]*/g, '$1…');

function shown(name: string, value: unknown): ShownParameter {
  const isText = typeof value === 'string';
  const text = isText ? value : JSON.stringify(value);
  const open = isText && shownNames.has(name);
  return {
    name,
    value: open ? visible(name.endsWith('_uri') ? withoutValues(text) : text) : null,
    length: text?.length ?? 0,
  };
}

/** Names that are no names of parameters may be anything: they are left out. */
export function shownParameters(params: Readonly<Record<string, unknown>>): readonly ShownParameter[] {
  const isName = (name: string) => /^[a-z][a-z0-9_]*$/.test(name) && name.length <= most.nameCharacters;
  return Object.entries(params)
    .filter(([name, value]) => value !== undefined && isName(name))
    .slice(0, most.parameters)
    .map(([name, value]) => shown(name, value));
}
