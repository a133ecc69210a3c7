/** How the hostile stories talk to a page and judge what it says. */
import { expect } from '@jest/globals';
import type { TextKey } from '../../src/http/texts.ts';
import { says } from '../support/says.ts';
import { noListener } from '../support/stories.ts';
import { type Answer, createVisitor, formsOf, type Visitor } from '../support/visitor.ts';
import type { Place } from './hostile-pages.ts';

export function browser(): Visitor {
  const visitor = createVisitor({ accept: 'text/html' });
  visitor.unvisited.add(noListener);
  return visitor;
}

export const doorOf = (page: Answer, name: string) => new URL(page.url.pathname.replace(/[^/]+$/, name), page.url);
export const answer = ({ visitor, page, form }: Place, fields: Readonly<Record<string, string>>): Promise<Answer> =>
  visitor.post(new URL(form?.action ?? '', page.url), { ...form?.fields, ...fields });

export function expectSays(page: Answer, status: number, ...keys: TextKey[]): void {
  expect({ status: page.status, missing: keys.filter((key) => !says(page.text, key)) }).toEqual({
    status,
    missing: [],
  });
}

/** The page can be used as if nothing had happened. */
export function expectUsable(page: Answer): void {
  expect(formsOf(page)[0]?.fields.csrf).toBeTruthy();
  expect(page.text).toContain('id="cancel"');
}
