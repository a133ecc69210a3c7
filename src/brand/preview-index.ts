import ejs from 'ejs';
import { brandRatios, brandWarnings, tellRatio } from '../config/brand.ts';
import type { Client } from '../config/schema.ts';
import type { PreviewFile } from './preview.ts';

/** In the language of whoever configures, as all commands are. */
const page = ejs.compile(
  `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Preview: <%= title %></title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<style>
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1rem; }
table { border-collapse: collapse; }
td, th { padding: 0.25rem 1rem 0.25rem 0; text-align: left; }
.swatch { border: 1px solid; display: inline-block; padding: 0.25rem 0.75rem; }
ul { columns: 18rem; }
</style>
</head>
<body>
<h1><%= title %></h1>
<h2>Contrast</h2>
<table>
<tr><th>What</th><th>Seen</th><th>Ratio</th></tr>
<% for (const { told, colours } of ratios) { %>
<tr><td><%= told %></td><td><span class="swatch" style="color:<%= colours[0] %>;background:<%= colours[1] %>">Aa</span></td><td><%= colours.join(' on ') %></td></tr>
<% } %>
</table>
<% for (const warning of warnings) { %>
<p><strong><%= warning %></strong></p>
<% } %>
<% for (const { heading, files } of groups) { %>
<h2><%= heading %></h2>
<ul>
<% for (const { path } of files) { %>
<li><a href="<%= path %>"><%= path %></a></li>
<% } %>
</ul>
<% } %>
</body>
</html>
`,
  { strict: true, destructuredLocals: ['title', 'ratios', 'warnings', 'groups'] },
);

/** The page that leads to all others. */
export function previewIndex(of: {
  readonly title: string;
  readonly client: Client;
  readonly files: readonly PreviewFile[];
}): string {
  const { title, client, files } = of;
  const groups = Object.entries(Object.groupBy(files, ({ locale, kind }) => `${kind}s, ${locale}`));
  return page({
    title,
    ratios: brandRatios(client.brand).map((ratio) => ({ told: tellRatio(ratio), colours: ratio.colours })),
    warnings: brandWarnings(client.brand),
    groups: groups.map(([heading, found]) => ({ heading, files: found ?? [] })),
  });
}
