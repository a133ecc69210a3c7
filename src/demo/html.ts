/** Markup that may be sent as it is; only {@link html} makes it, so that every text in it was escaped once. */
export type Html = Readonly<{ markup: string }>;

type Value = Html | readonly Html[] | string | number | false | null | undefined;

/** Template tag: what is written stays, what is inserted is escaped unless it is {@link Html} itself. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  return { markup: strings.reduce((sum, string, index) => sum + string + written(values[index]), '').trim() };
}

function written(value: Value): string {
  if (value === undefined || value === null || value === false) return '';
  if (typeof value === 'string' || typeof value === 'number') return escapeHtml(String(value));
  if ('markup' in value) return value.markup;
  return value.map((part) => part.markup).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Makes a text harmless in element content and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
