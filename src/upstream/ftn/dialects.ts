/** Which claim of an ID token carries what. Null: this dialect never sends it. */
export type ClaimMap = Readonly<{
  identityCode: string;
  givenName: string | null;
  familyName: string | null;
  name: string | null;
  birthdate: string | null;
  /** Tells how the person identified. */
  method: string | null;
  /** The broker's reference of the event; `jti` is the fallback everywhere. */
  evidence: string | null;
}>;

export type Dialect = 'oid' | 'plain';

/**
 * The two families of claim names in the Finnish Trust Network (recommendation S213/2023): attribute OIDs as Telia and
 * the SAML profile use them, and plain names as OP and DVV do.
 */
export const dialects: Readonly<Record<Dialect, ClaimMap>> = {
  oid: {
    identityCode: 'urn:oid:1.2.246.21',
    givenName: 'urn:oid:1.2.246.575.1.14',
    familyName: 'urn:oid:2.5.4.4',
    name: 'urn:oid:2.16.840.1.113730.3.1.241',
    birthdate: 'urn:oid:1.3.6.1.5.5.7.9.1',
    method: 'amr',
    evidence: 'session_index',
  },
  plain: {
    identityCode: 'personal_identity_code',
    givenName: 'given_name',
    familyName: 'family_name',
    name: 'name',
    birthdate: 'birthdate',
    method: 'amr',
    evidence: null,
  },
};
