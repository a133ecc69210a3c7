import { isCalendarDate } from '../config/values.ts';
import type { BrokerConfig } from './broker-config.ts';

/**
 * The parser of ../identity/hetu.ts, as far as this folder needs it. `now` is epoch milliseconds; `reason` names a rule
 * and never quotes the code, since it ends in our logs.
 */
export type ParseHetu = (
  value: string,
  options: { allowArtificial: boolean; now: number },
) => { ok: true; value: { code: string; birthdate: string } } | { ok: false; reason: string };

/** A canonical identifier with the birth date (YYYY-MM-DD, null: unknown), or why it is none; `cause` is fixed text. */
export type Identifier =
  | Readonly<{ ok: true; idValue: string; birthdate: string | null }>
  | Readonly<{ ok: false; cause: string }>;

export type IdentifierInput = Readonly<{
  config: Pick<BrokerConfig, 'identity' | 'allowArtificialCodes'>;
  parseHetu: ParseHetu;
  /** Epoch milliseconds. */
  now: number;
}>;

// Longer than any national identifier; a bound for what a configured expression is run on.
const longestIdentifier = 64;

/** Judges what a broker stated as identifier and birth date. A hetu says the birth date itself: both must agree. */
export function identifierOf(
  stated: Readonly<{ code: string; birthdate: string | null }>,
  { config, parseHetu, now }: IdentifierInput,
): Identifier {
  const { pattern } = config.identity;
  if (pattern !== undefined) return foreign(stated, pattern);
  const hetu = parseHetu(stated.code, { allowArtificial: config.allowArtificialCodes, now });
  if (!hetu.ok) return { ok: false, cause: `identity_code_${hetu.reason}` };
  const { code, birthdate } = hetu.value;
  if (stated.birthdate !== null && stated.birthdate !== birthdate) return { ok: false, cause: 'birthdate_mismatch' };
  return { ok: true, idValue: code, birthdate };
}

function foreign({ code, birthdate }: { code: string; birthdate: string | null }, pattern: string): Identifier {
  // One spelling for one person, since the link is found by it.
  const idValue = code.normalize('NFC').trim().toUpperCase();
  const whole = new RegExp(`^(?:${pattern})$`, 'u');
  if (idValue.length > longestIdentifier || !whole.test(idValue)) return { ok: false, cause: 'identity_code_pattern' };
  return { ok: true, idValue, birthdate: birthdate !== null && isCalendarDate(birthdate) ? birthdate : null };
}
