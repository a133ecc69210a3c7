import { Secret } from './secret.ts';

/** The same value, frozen in depth. Secrets are left alone: they are frozen and closed already. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || value instanceof Secret || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const member of Object.values(value)) deepFreeze(member);
  return value;
}
