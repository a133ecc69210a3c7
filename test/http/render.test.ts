import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { loadAssets } from '../../src/http/assets.ts';
import { parseLogoutForm } from '../../src/http/logout-form.ts';
import { createRenderer } from '../../src/http/render.ts';
import { textBlocks } from '../../src/http/terms-text.ts';
import { createTexts } from '../../src/http/texts.ts';

describe('the renderer', () => {
  test('does not start without its views', () => {
    const viewsDir = mkdtempSync(join(tmpdir(), 'views-'));
    expect(() => createRenderer({ texts: createTexts(), viewsDir })).toThrow(
      /no view: steps\/sign-in, .*mail\/mismatch/,
    );
  });
});

describe('assets', () => {
  test('change their address with their content', () => {
    const assets = loadAssets();
    const tones = { accent: '#f28c00', action: '#a85300', actionHover: '#7d3e00', onAction: '#ffffff' };
    const themed = assets.themed({ light: tones, dark: tones, radiusPx: 8, plate: '#ffffff' });
    expect(themed.path).toMatch(/^\/assets\/app-[0-9a-f]{16}\.css$/);
    expect(themed.path).not.toBe(assets.stylesheet.path);
    expect(themed.body.toString()).toContain('--action:#a85300');
    expect(themed.body.toString()).toContain('--plate:#ffffff');
    expect(loadAssets().stylesheet.path).toBe(assets.stylesheet.path);
  });
});

describe('the sign-out form', () => {
  test('is understood as oidc-provider writes it', () => {
    const html =
      '<form id="op.logoutForm" method="post" action="http://localhost:3000/session/end/confirm"><input type="hidden" name="xsrf" value="abc_-1"/></form>';
    expect(parseLogoutForm(html)).toEqual({ action: 'http://localhost:3000/session/end/confirm', xsrf: 'abc_-1' });
  });

  test('is refused in any other shape', () => {
    expect(() => parseLogoutForm('<form><script>x</script></form>')).toThrow('another sign-out form');
  });
});

describe('a terms text', () => {
  test('has titles, headings, lists and paragraphs', () => {
    expect(textBlocks('# A\n\nb\nc\n\n## D\n\n- e\n  f\n- g\n')).toEqual([
      { kind: 'title', text: 'A' },
      { kind: 'paragraph', text: 'b c' },
      { kind: 'heading', text: 'D' },
      { kind: 'list', items: ['e f', 'g'] },
    ]);
  });
});
