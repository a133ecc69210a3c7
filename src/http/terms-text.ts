/** A piece of a terms text, as a page sets it. */
export type TextBlock =
  | { readonly kind: 'title' | 'heading' | 'paragraph'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] };

/**
 * The pieces of a terms text: `# ` title, `## ` heading, `- ` items, paragraphs between blank lines. Terms are evidence,
 * so this is all the markup there is: nothing in the file can turn into anything else.
 */
export function textBlocks(text: string): TextBlock[] {
  return text
    .split(/\n\s*\n/)
    .map((block) => block.trim())
    .filter((block) => block !== '')
    .map(blockOf);
}

function blockOf(block: string): TextBlock {
  const oneLine = block.replaceAll(/\s*\n\s*/g, ' ');
  if (block.startsWith('# ')) return { kind: 'title', text: oneLine.slice(2) };
  if (block.startsWith('## ')) return { kind: 'heading', text: oneLine.slice(3) };
  if (!block.startsWith('- ')) return { kind: 'paragraph', text: oneLine };
  const items = block.slice(2).split(/\n- /);
  return { kind: 'list', items: items.map((item) => item.replaceAll(/\s*\n\s*/g, ' ')) };
}
