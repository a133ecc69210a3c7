// Jest's only transform: Node's own type stripping, which keeps every line and column where it was.
import { stripTypeScriptTypes } from 'node:module';

/** @type {{ process(source: string): { code: string } }} */
export default {
  process: (source) => ({ code: stripTypeScriptTypes(source, { mode: 'strip' }) }),
};
