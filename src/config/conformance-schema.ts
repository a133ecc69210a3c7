/** What the conformance profile needs beside the rest: `conformance` in avain.yaml (docs/conformance.md). */
import { z } from 'zod';
import { calendarDate, emailAddress, text } from './values.ts';

const person = z.strictObject({
  email: emailAddress,
  passwordFile: text
    .nullable()
    .default(null)
    .describe('Relative to this file; default <dataDir>/secrets/test-person, which the first start makes'),
  givenName: text.default('Testi'),
  familyName: text.default('Henkilö'),
  birthdate: calendarDate.default('1989-11-13'),
});

export const conformanceSchema = z.strictObject({
  person: person.describe('The test person: made at start, activated, identified, all terms accepted'),
  clientsFile: text
    .nullable()
    .default(null)
    .describe('Clients as JSON: a list of their metadata (OpenID Connect Registration 2); relative to this file'),
});
