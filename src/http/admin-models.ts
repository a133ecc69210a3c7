/** What the pages below /admin are filled with; see views.ts for the rules of all models. */
import type { Shapes } from '../admin/pages/charts/chart.ts';
import type { TextRef } from './views.ts';

/** What operators and support type. */
export type AdminField = 'who' | 'reason' | 'role' | 'event';

/** What a value is told as: a text of ours, an instant, or as it is. */
export type Told = string | number | TextRef | { readonly at: number };
export type Fact = { readonly label: TextRef; readonly value: Told };
export type AdminLink = { readonly href: string; readonly text: TextRef };

/** `action=sign-out` is the page's one form. */
export type AdminHomeModel = {
  readonly email: string;
  readonly role: TextRef;
  readonly may: TextRef;
  readonly sections: readonly (AdminLink & { readonly about: TextRef })[];
};
/** Field `who`; what was typed is not shown again unless it was wrong in form. */
export type AdminFindModel = { readonly who: string; readonly links: readonly AdminLink[] };
export type AdminItem = {
  readonly title: Told;
  readonly href: string | null;
  readonly state: { readonly kind: 'status' | 'warning' | 'plain'; readonly text: TextRef } | null;
  readonly facts: readonly Fact[];
  readonly links: readonly AdminLink[];
};
/** A page of things of one kind, in groups; a group without items says so. */
export type AdminListModel = {
  readonly title: TextRef;
  readonly intro: TextRef | null;
  readonly back: AdminLink | null;
  readonly links: readonly AdminLink[];
  readonly groups: readonly { readonly title: TextRef | null; readonly items: readonly AdminItem[] }[];
  /** Ways of looking at the same list; empty = one. */
  readonly choices: readonly (AdminLink & { readonly here: boolean })[];
  readonly firstHref: string | null;
  readonly nextHref: string | null;
};
/** One thing that is done, said before it is done. Field `reason`; `role` where there are choices; hidden `version`. */
export type AdminActionModel = {
  readonly title: TextRef;
  readonly subject: string | null;
  readonly follows: readonly TextRef[];
  readonly back: AdminLink;
  /** An address to be typed; null = it is known about what this is. */
  readonly who: string | null;
  /** null = needs none. */
  readonly reason: string | null;
  readonly choices: readonly { readonly value: string; readonly text: TextRef; readonly chosen: boolean }[];
  readonly version: string;
  readonly submit: TextRef;
  readonly danger: boolean;
};
/** Of one person: the likeliest reason first, then what happened, the newest first. */
export type AdminTimelineModel = {
  readonly back: AdminLink;
  /** In the page's language, as the entries' words are. */
  readonly verdict: string;
  readonly error: { readonly at: number; readonly code: string; readonly status: number } | null;
  readonly choices: readonly (AdminLink & { readonly here: boolean })[];
  readonly entries: readonly {
    readonly at: number;
    readonly words: string;
    readonly service: string | null;
    readonly actor: string | null;
    readonly details: string;
  }[];
  readonly newerHref: string | null;
  readonly olderHref: string | null;
};
export type AdminChart = {
  readonly id: string;
  readonly title: TextRef;
  readonly about: TextRef;
  readonly shapes: Shapes;
  readonly series: readonly TextRef[];
  readonly rows: readonly { readonly label: string; readonly values: readonly (number | string)[] }[];
};
export type AdminChartsModel = {
  readonly days: number;
  readonly totals: readonly Fact[];
  readonly charts: readonly AdminChart[];
};

/** Every view by its file under views/. */
export type AdminViews = {
  'admin/home': AdminHomeModel;
  'admin/find': AdminFindModel;
  'admin/list': AdminListModel;
  'admin/action': AdminActionModel;
  'admin/timeline': AdminTimelineModel;
  'admin/charts': AdminChartsModel;
};
