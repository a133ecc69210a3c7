/**
 * A person, as a broker of strong identification vouched for once: normalised, so that nobody above this folder knows
 * which broker, dialect or protocol it came from.
 */
export type StrongIdentity = Readonly<{
  /** ISO 3166-1 alpha-2: whose register the identifier belongs to. */
  country: string;
  /** The kind of identifier within the country: `hetu`, or a name from the configuration (`socialno`, `ssn`, …). */
  idType: string;
  /** Canonical; the sign in the middle of a hetu is part of the identity and is never dropped. */
  idValue: string;
  /** All given names. null: the broker sent only `name`, or nothing. */
  givenName: string | null;
  familyName: string | null;
  name: string | null;
  /** YYYY-MM-DD. */
  birthdate: string | null;
  /** As the broker stated it, never raised by us (security R25). */
  level: AssuranceLevel;
  method: IdentificationMethod;
  /** Who vouched. */
  issuer: string;
  /** When the person identified, epoch milliseconds. */
  authTime: number;
  /** The broker's own reference of this event (`session_index` or `jti`), for disputes; says nothing about the person. */
  evidenceId: string;
}>;

/** Levels of Regulation (EU) 2015/1502 that brokers of the trust network state. */
export type AssuranceLevel = 'substantial' | 'high';

/** How the person identified, as an `amr` value of ours; `eid`: by a means outside the Finnish Trust Network. */
export type IdentificationMethod = 'ftn_bank' | 'ftn_mobile' | 'eid';
