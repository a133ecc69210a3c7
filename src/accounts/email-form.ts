import type { FormError } from '../http/views.ts';
import { type EmailAddress, maxEmailLength, parseEmailAddress } from './email-address.ts';

/** An address typed into one of our forms, or what the page says about it. */
export function readEmailField(value: string): { ok: true; address: EmailAddress } | { ok: false; error: FormError } {
  const parsed = parseEmailAddress(value);
  if (parsed.ok) return parsed;
  return {
    ok: false,
    error: { field: 'email', text: { key: `error.email-${parsed.fault}`, params: { max: maxEmailLength } } },
  };
}
