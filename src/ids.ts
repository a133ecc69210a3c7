/** Branded identifiers: plain strings at run time, not interchangeable for the compiler. */
export type AccountId = string & { readonly brand: 'AccountId' };
/** Our client_id. */
export type ClientId = string & { readonly brand: 'ClientId' };
/** The `cid` of oidc-provider's interactions: the same over all prompts of one authorization request. */
export type JourneyId = string & { readonly brand: 'JourneyId' };
/** SHA-256 of our own random browser cookie: "the same browser", wherever that matters. */
export type BrowserHash = string & { readonly brand: 'BrowserHash' };
/** A keyed MAC of something personal (an e-mail address, an identity code): a lookup key that says nothing by itself. */
export type Fingerprint = string & { readonly brand: 'Fingerprint' };
/** Of one entry of a roster; tells when it was added and nothing else. */
export type RosterEntryId = string & { readonly brand: 'RosterEntryId' };
/** Epoch milliseconds, UTC. */
export type Instant = number;
