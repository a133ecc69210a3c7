/** How a client looks and speaks: colours, logo, its name in mails, its own words. docs/brand.md tells all of it. */
import { z } from 'zod';
import { ownTextsSchema } from './own-texts.ts';
import { localizedSchema, text } from './values.ts';

const colour = z.string().regex(/^#[0-9a-f]{6}$/i, 'a colour as #rrggbb');

const logo = z.strictObject({
  file: text.describe('PNG or SVG, relative to the client file'),
  width: z.int().min(1).max(400).describe('Pixels on the page; at most the width of a phone'),
  height: z.int().min(1).max(200).describe('Pixels on the page'),
  alt: localizedSchema.describe('What it says, for people who do not see it: as a rule the name of the service'),
  darkFile: text.nullable().default(null).describe('Shown on dark pages instead'),
  plate: colour.nullable().default(null).describe('Colour behind the logo; needed when there is no darkFile'),
});

const brand = z.strictObject({
  accent: colour.default('#0b57a4').describe('Decorates only: the stripe on top'),
  action: colour.default('#0b57a4').describe('Buttons and links: contrast of 4.5 or more is checked at start'),
  radiusPx: z.int().min(0).max(12).default(4),
  logo: logo.nullable().default(null),
});

// A name becomes part of headers of mails, of titles, and of Finnish compounds ("Oima-palvelu", "Oma Palkka -palvelu").
const nameForm = /^(?!-)(?!.*-$)(?!.*\s{2})[^<>{}\p{Cc}\p{Co}]{1,60}$/u;

const oneName = z
  .string()
  .trim()
  .regex(nameForm, 'a name in one line of at most 60 characters, with no hyphen at its ends and no markup');

/** A name people know, the same in all languages or one for each. */
export const nameSchema = z.union([oneName, z.strictObject({ fi: oneName, sv: oneName, en: oneName })]);

/** The keys of a client file that are its brand. */
export const brandKeys = {
  brand: brand.prefault({}),
  mailFrom: z
    .strictObject({ name: nameSchema.describe('From whom its mails are; default the name of the service') })
    .nullable()
    .default(null)
    .describe("The sender's name; the address is the installation's own"),
  texts: ownTextsSchema.prefault({}).describe("The client's own words for some texts, in every language"),
};
