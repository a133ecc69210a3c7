/** How an OAuth error is told in docs/errors.md, and to developers on the pages of the development profile. */

/** Where an error is told: at the client's redirect URI, on a page of Avain, or in the JSON of an endpoint. */
export type Place =
  | 'redirect'
  | 'page'
  | 'token'
  | 'request'
  | 'userinfo'
  | 'introspection'
  | 'device'
  | 'registration';

export type ErrorEntry = {
  readonly places: readonly Place[];
  /** Of the answer in JSON or of the page; a redirect is always 303. */
  readonly status: number;
  readonly meaning: string;
  readonly whatToDo: string;
  /** Where it is defined. */
  readonly source: string;
};

/** `places`: several, with blanks between them. */
export const entry = (
  places: string,
  status: number,
  meaning: string,
  whatToDo: string,
  source = 'RFC 6749',
): ErrorEntry => ({
  // A cast: only the two tables of errors call this, and a test looks at every place in them.
  places: places.split(' ') as Place[],
  status,
  meaning,
  whatToDo,
  source,
});
