/**
 * Bytes into records, a row each, in bounded memory: a row that is too long is passed over to its end, not kept. With a
 * delimiter the rows are CSV (RFC 4180), where a line feed inside quotes ends nothing; without one, lines.
 */

export type RawRecord = {
  /** Of the file, from 1: where the record begins. */
  readonly line: number;
  /** Without its line end; null = too long, or a quote that never closes. */
  readonly bytes: Buffer | null;
  readonly fault: 'row-too-long' | 'quote-never-closes' | null;
};

export type Cutter = { push(chunk: Buffer): RawRecord[]; end(): RawRecord[] };

/** What the bytes so far have led to. */
type Inside = 'field-start' | 'plain' | 'quoted' | 'quote-in-quoted';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const quote = 0x22;

export function createCutter(maxRowBytes: number, delimiter: number | null, firstLine = 1): Cutter {
  let parts: Buffer[] = [];
  let length = 0;
  let inside: Inside = 'field-start';
  let line = firstLine;
  let began = firstLine;

  const keep = (part: Buffer): void => {
    length += part.length;
    // What is over the bound is only counted.
    if (length <= maxRowBytes) parts.push(part);
    else parts = [];
  };
  const take = (): RawRecord => {
    const bytes = length > maxRowBytes ? null : withoutReturn(Buffer.concat(parts));
    const record = { line: began, bytes, fault: bytes ? null : ('row-too-long' as const) };
    parts = [];
    length = 0;
    inside = 'field-start';
    began = line;
    return record;
  };

  return {
    push(chunk) {
      const records: RawRecord[] = [];
      let from = 0;
      for (let at = 0; at < chunk.length; at += 1) {
        const byte = chunk[at];
        const ends = byte === lineFeed && inside !== 'quoted';
        if (byte === lineFeed) line += 1;
        if (delimiter !== null) inside = next(inside, byte, delimiter);
        if (!ends) continue;
        keep(chunk.subarray(from, at));
        records.push(take());
        from = at + 1;
      }
      // A copy: the stream may use its memory again.
      keep(Buffer.from(chunk.subarray(from)));
      return records;
    },
    end() {
      if (length === 0) return [];
      if (inside === 'quoted') return [{ line: began, bytes: null, fault: 'quote-never-closes' }];
      return [take()];
    },
  };
}

function next(inside: Inside, byte: number | undefined, delimiter: number): Inside {
  if (inside === 'quoted') return byte === quote ? 'quote-in-quoted' : 'quoted';
  if (byte === delimiter || byte === lineFeed) return 'field-start';
  if (byte === quote && inside !== 'plain') return 'quoted';
  return 'plain';
}

function withoutReturn(bytes: Buffer): Buffer {
  return bytes.at(-1) === carriageReturn ? bytes.subarray(0, -1) : bytes;
}
