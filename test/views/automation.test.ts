/** What programs and password managers go by, in every profile: one address per step, names of fields, its form first. */
import { expect, test } from '@jest/globals';
import { createRenderer } from '../../src/http/render.ts';
import { createTexts } from '../../src/http/texts.ts';
import { viewNames } from '../../src/http/view-names.ts';
import type { ViewName, Views } from '../../src/http/views.ts';
import { sampleFrame, sampleModels } from '../support/sample-models.ts';

const renderer = createRenderer({ texts: createTexts() });

function pagesOf<Name extends ViewName>(view: Name): readonly string[] {
  // A cast: the samples of a view are of its own model.
  return (sampleModels[view] as readonly Views[Name][]).map((model) => renderer.render(view, model, sampleFrame(view)));
}

const formsOf = (page: string) =>
  [...(/<main[\s\S]*<\/main>/.exec(page)?.[0] ?? '').matchAll(/<form[\s\S]*?<\/form>/g)].map(([form]) => form);
const firstFormOf = (page: string) => formsOf(page)[0] ?? '';

test.each(viewNames.filter((name) => name.startsWith('steps/')))(
  '%s: its form is the first, with a button; leaving is #cancel',
  (view) => {
    const path = view.replace('steps/', '/interaction/abc/');
    for (const page of pagesOf(view)) {
      const form = firstFormOf(page);
      expect(form).toMatch(/<button[^>]* type="submit"/);
      const leave = formsOf(page).filter((one) => one.includes('action="/interaction/abc/cancel"'));
      expect(leave).toHaveLength(1);
      expect(leave[0]).toMatch(/<button[^>]* id="cancel"[^>]* type="submit"/);
      // Where there is nothing else to do, leaving is the step's own form.
      if (form !== leave[0]) expect(form).toContain(`action="${path}"`);
    }
  },
);

test.each([
  ['steps/sign-in', /<input[^>]* name="email"[^>]* type="email"/],
  ['steps/sign-up', /<input[^>]* name="email"[^>]* type="email"/],
  ['steps/forgot-password', /<input[^>]* name="email"[^>]* type="email"/],
  ['steps/password', /<input[^>]* name="password"[^>]* type="password"[^>]* autocomplete="current-password"/],
  ['pages/activate', /<input[^>]* name="password"[^>]* type="password"[^>]* autocomplete="new-password"/],
  ['steps/consent', /<button[^>]* name="answer" value="allow"/],
  ['steps/terms', /<button[^>]* name="answer" value="accept"/],
  ['steps/select-account', /<button[^>]* name="answer" value="continue"/],
  ['pages/logout', /<button[^>]* name="logout" value="yes"/],
  ['pages/device', /<input[^>]* name="user_code"/],
  ['pages/device-confirm', /<button[^>]* name="confirm" value="yes"/],
] as const)('%s has what is filled in or pressed under its name', (view, pattern) => {
  expect(firstFormOf(pagesOf(view)[0] ?? '')).toMatch(pattern);
});
