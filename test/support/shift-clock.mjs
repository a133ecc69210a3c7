// Loaded by `--import` before the product: moves `Date` by TEST_CLOCK_SHIFT_MS, so that tests of lives never wait. The
// product has no such switch.
const shiftMs = Number(process.env.TEST_CLOCK_SHIFT_MS ?? 0);
const now = Date.now.bind(Date);

Date.now = () => now() + shiftMs;
globalThis.Date = new Proxy(Date, {
  construct: (target, parts, newTarget) =>
    Reflect.construct(target, parts.length === 0 ? [now() + shiftMs] : parts, newTarget),
});
