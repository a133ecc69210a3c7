import { type Html, html } from '../html.ts';

/** What one page of a visit shows between its heading and the way to give up. */
export type PageContent = Readonly<{ title: string; body: Html }>;

/** The message of a field, above it; nothing where there is no fault. */
export function errorOf(field: string, message: string | null): Html | null {
  return message === null ? null : html`<p class="error" id="${field}-error">${message}</p>`;
}

/** Attributes of the field that a fault is about: a page without scripts starts reading there, with the message. */
export const faultyField: Html = html`aria-invalid="true" autofocus`;
