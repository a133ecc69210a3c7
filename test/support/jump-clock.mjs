// Loaded by `--import` before the product: moves `Date` by the milliseconds that stand in the file TEST_CLOCK_FILE, also while
// it runs. The monotonic clock goes on, as the kernel's does when somebody sets the time.
import { readFileSync } from 'node:fs';

const file = process.env.TEST_CLOCK_FILE ?? '';
const now = Date.now.bind(Date);
let shiftMs = 0;

function look() {
  try {
    shiftMs = Number(readFileSync(file, 'utf8'));
  } catch {
    // Nobody has moved it yet.
  }
}
look();
setInterval(look, 20).unref();

Date.now = () => now() + shiftMs;
globalThis.Date = new Proxy(Date, {
  construct: (target, parts, newTarget) =>
    Reflect.construct(target, parts.length === 0 ? [now() + shiftMs] : parts, newTarget),
});
