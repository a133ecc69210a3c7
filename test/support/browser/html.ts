/** Validity of HTML as it was served (not of the DOM a browser made of it). */
import { HtmlValidate } from 'html-validate';

const validator = new HtmlValidate({
  root: true,
  extends: ['html-validate:recommended'],
  rules: {
    // Templates leave blanks where a condition was false; no reader ever meets them.
    'no-trailing-whitespace': 'off',
    // A wish of search engines, no rule of HTML: a page named after a long-named service keeps its whole name.
    'long-title': 'off',
  },
});

/** Throws with line, rule and reason of every fault. Give it the body of the response. */
export async function expectValidHtml(html: string): Promise<void> {
  const report = await validator.validateString(html);
  const faults = report.results.flatMap((result) => result.messages);
  if (faults.length === 0) return;
  const lines = html.split('\n');
  throw new Error(
    faults
      .map(
        (fault) =>
          `${fault.line}:${fault.column} ${fault.ruleId}: ${fault.message}\n    ${lines[fault.line - 1]?.trim()}`,
      )
      .join('\n'),
  );
}
