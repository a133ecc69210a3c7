/** One record of a CSV file into its fields (RFC 4180); null = a quote where none may be. */
export function splitFields(record: string, delimiter: string): string[] | null {
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    const field = record[at] === '"' ? quotedField(record, at) : plainField(record, at, delimiter);
    if (!field) return null;
    fields.push(field.text);
    if (field.end === record.length) return fields;
    if (record[field.end] !== delimiter) return null;
    at = field.end + 1;
  }
}

type Field = { readonly text: string; readonly end: number };

function plainField(record: string, at: number, delimiter: string): Field | null {
  const found = record.indexOf(delimiter, at);
  const end = found < 0 ? record.length : found;
  const text = record.slice(at, end);
  return text.includes('"') ? null : { text, end };
}

function quotedField(record: string, at: number): Field | null {
  let end = at + 1;
  for (;;) {
    end = record.indexOf('"', end);
    if (end < 0) return null;
    if (record[end + 1] !== '"') break;
    end += 2;
  }
  return { text: record.slice(at + 1, end).replaceAll('""', '"'), end: end + 1 };
}

/** Comma, semicolon (spreadsheets in Finland) or tab: whichever the header has most of. */
export function delimiterOf(header: string): string {
  const count = (sign: string) => header.split(sign).length;
  return [',', ';', '\t'].reduce((best, sign) => (count(sign) > count(best) ? sign : best));
}

/**
 * A cell that a spreadsheet shows as it is: quoted, and a text that it would take for a formula gets an apostrophe before
 * it (OWASP, CSV Injection).
 */
export function safeCell(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${harmless.replaceAll('"', '""')}"`;
}
