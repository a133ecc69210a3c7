/** What the pages below /staff/rosters are filled with; see views.ts for the rules of all models. */

import type { LineCounts, LineOutcome } from '../rosters/import-list.ts';
import type { EntryView } from '../rosters/view.ts';
import type { TextRef } from './views.ts';

/** What staff type. */
export type StaffField = 'find' | 'person' | 'validFrom' | 'validTo' | 'note' | 'file';

/** Whose list a page is about; `services` = the clients that ask for the roster, in the page's language. */
type OfList = { readonly county: string; readonly services: string; readonly listHref: string };

/** `action=sign-out` is the page's one form. */
export type StaffListsModel = {
  readonly lists: readonly {
    readonly href: string;
    readonly county: string;
    readonly services: string;
    readonly valid: number;
  }[];
};
/** An entry as it is told; `from` and `to` are days or minutes in the page's language, null = until further notice. */
export type ToldEntry = Pick<EntryView, 'kind' | 'address' | 'note' | 'state' | 'source'> & {
  readonly href: string;
  readonly from: string;
  readonly to: string | null;
};
/** Field `find`. */
export type StaffListModel = OfList & {
  readonly listsHref: string;
  readonly entries: readonly ToldEntry[];
  /** What is searched for; null = nothing. */
  readonly words: string | null;
  readonly choices: readonly {
    readonly shown: 'current' | 'ended' | 'all';
    readonly href: string;
    readonly chosen: boolean;
  }[];
  readonly firstHref: string | null;
  readonly nextHref: string | null;
  /** Much was looked through and the end was not reached. */
  readonly unfinished: boolean;
};
type Dates = { readonly validFrom: string; readonly validTo: string; readonly note: string };
/** Fields `person`, `validFrom`, `validTo`, `note`; an identity code that was typed never comes back. */
export type StaffAddModel = OfList & Dates & { readonly person: string };
/** Fields as above and hidden `version` (`action=save`), or `action=end`. */
export type StaffEntryModel = OfList &
  Dates & {
    readonly entry: ToldEntry;
    readonly version: number;
    readonly addedAt: number;
    readonly removeHref: string;
  };
/** Hidden `version`. */
export type StaffRemoveModel = OfList & { readonly entry: ToldEntry; readonly version: number };
/** Field `file`, as multipart/form-data. */
export type StaffImportModel = OfList & { readonly maxLines: number };
/** The form has no field. */
export type StaffUploadModel = OfList & {
  readonly lines: number;
  readonly outcomes: LineCounts;
  /** Those with something to say; not all where there are many. */
  readonly told: readonly { readonly line: number; readonly outcome: LineOutcome; readonly reason: TextRef | null }[];
  readonly done: boolean;
  readonly importHref: string;
};

/** Every view by its file under views/. */
export type StaffViews = {
  'staff/lists': StaffListsModel;
  'staff/list': StaffListModel;
  'staff/add': StaffAddModel;
  'staff/entry': StaffEntryModel;
  'staff/remove': StaffRemoveModel;
  'staff/import': StaffImportModel;
  'staff/upload': StaffUploadModel;
};
