/** What the pages for developers are filled with; see views.ts for the rules of all models. */
import type { TextRef } from './views.ts';

/** Newest first; `clientId: null` = of no client that there is. */
export type IntegratorModel = {
  /** How many requests are kept. */
  readonly kept: { readonly perClient: number; readonly inAll: number };
  /** Leads to the requests of all clients; null = these are they. */
  readonly allHref: string | null;
  readonly clients: readonly { readonly clientId: string | null; readonly href: string; readonly current: boolean }[];
  readonly requests: readonly {
    readonly at: number;
    readonly method: string;
    readonly address: string;
    readonly status: number;
    readonly clientId: string | null;
    /** The OAuth error, and where the log has the request; null = none. */
    readonly error: string | null;
    readonly reference: string | null;
    readonly findings: readonly { readonly kind: 'right' | 'wrong' | 'advice'; readonly text: TextRef }[];
    /** `value: null` = there, but not shown. */
    readonly parameters: readonly { readonly name: string; readonly value: string | null; readonly length: number }[];
  }[];
};

/** On the error page of the development profile: what a developer of the client wants to know. In English. */
export type DeveloperDetail = {
  readonly error: string;
  readonly description: string;
  readonly detail: string;
  /** From the catalogue of errors. */
  readonly meaning: string;
  readonly whatToDo: string;
  readonly consoleHref: string;
};
