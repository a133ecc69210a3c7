/** Models of the statements that are reachable from every page without signing in. */
import type { StatementText } from '../config/statements.ts';
import type { Instant } from '../ids.ts';
import type { Between, TextRef } from './views.ts';

/** `own`: in the operator's words instead of ours. */
export type AccessibilityModel = Between & {
  readonly own: StatementText | null;
  /** `YYYY-MM-DD`, the day of ours; null = not told. */
  readonly dated: string | null;
  /** As typed, to be corrected. */
  readonly message: string;
  readonly email: string;
};

export type PrivacyModel = Between & {
  readonly own: StatementText | null;
  /** How long what is kept: one sentence each. */
  readonly kept: readonly TextRef[];
  readonly accountHref: string;
};

export type CookiesModel = Between & {
  readonly own: StatementText | null;
  readonly cookies: readonly { readonly names: readonly string[]; readonly purpose: TextRef; readonly life: TextRef }[];
};

/** Whether it works, in parts that people know. */
export type StatusModel = {
  readonly parts: readonly {
    readonly name: TextRef;
    readonly state: 'well' | 'failing' | 'unknown';
    readonly told: TextRef;
  }[];
  readonly asOf: Instant;
};

export type StatementViews = {
  'pages/status': StatusModel;
  'pages/accessibility': AccessibilityModel;
  'pages/accessibility-thanks': Between;
  'pages/privacy': PrivacyModel;
  'pages/cookies': CookiesModel;
};
