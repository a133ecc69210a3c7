/** A bounded map in memory whose entries end by themselves; the oldest leave first when it is full. */
export type ExpiringMap<Value> = Readonly<{
  set(key: string, value: Value): void;
  get(key: string): Value | undefined;
  /** Returns the value and removes it. */
  take(key: string): Value | undefined;
  /** Removes all that match; returns how many there were. */
  removeWhere(matches: (value: Value) => boolean): number;
}>;

/** `now` in epoch milliseconds. */
export function createExpiringMap<Value>(ttlSeconds: number, most: number, now: () => number): ExpiringMap<Value> {
  const entries = new Map<string, { value: Value; expiresAt: number }>();
  const get = (key: string): Value | undefined => {
    const entry = entries.get(key);
    return entry !== undefined && entry.expiresAt > now() ? entry.value : undefined;
  };
  return {
    get,
    set(key, value) {
      entries.delete(key);
      entries.set(key, { value, expiresAt: now() + ttlSeconds * 1_000 });
      const oldest = entries.size > most ? entries.keys().next().value : undefined;
      if (oldest !== undefined) entries.delete(oldest);
    },
    take(key) {
      const value = get(key);
      entries.delete(key);
      return value;
    },
    removeWhere(matches) {
      const found = [...entries].filter(([, entry]) => matches(entry.value));
      for (const [key] of found) entries.delete(key);
      return found.length;
    },
  };
}
