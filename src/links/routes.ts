/** The pages opened from a mail: one line each. */
import type { RouterMiddleware } from '@koa/router';
import type { Context } from 'koa';
import { showNotMe, submitNotMe } from '../notices/not-me.ts';
import type { LinkPurpose } from '../storage/rows.ts';
import { showActivation, submitActivation } from './activate.ts';
import { showChange, submitChange } from './change-address.ts';
import { type LinkDeps, openLink } from './mail-link.ts';
import { showNewMailbox, submitNewMailbox } from './new-mailbox.ts';
import { showOwner, submitOwner } from './owner.ts';
import { showReset, submitReset } from './reset.ts';
import { showUndo, submitUndo } from './undo-address.ts';
import { showUndoDeletion, submitUndoDeletion } from './undo-deletion.ts';
import { showUndoMailbox, submitUndoMailbox } from './undo-mailbox.ts';

type Answers = (deps: LinkDeps) => (ctx: Context) => Promise<void>;

/** By purpose: what shows the page and changes nothing, and what its form does. */
const linkPages: Readonly<Record<LinkPurpose, readonly [show: Answers, submit: Answers]>> = {
  activate: [showActivation, submitActivation],
  reset: [showReset, submitReset],
  'undo-address': [showUndo, submitUndo],
  'not-me': [showNotMe, submitNotMe],
  'change-address': [showChange, submitChange],
  'undo-deletion': [showUndoDeletion, submitUndoDeletion],
  'new-mailbox': [showNewMailbox, submitNewMailbox],
  'undo-mailbox': [showUndoMailbox, submitUndoMailbox],
  owner: [showOwner, submitOwner],
};

// A cast: Object.keys forgets that a record's keys are its type's.
export const linkPurposes = Object.keys(linkPages) as LinkPurpose[];

type Routes = {
  get(path: string, ...middleware: RouterMiddleware[]): unknown;
  post(path: string, ...middleware: RouterMiddleware[]): unknown;
};

export function linkRoutes(router: Routes, deps: LinkDeps, form: RouterMiddleware): void {
  for (const purpose of linkPurposes) {
    const [show, submit] = linkPages[purpose];
    router.get(`/links/${purpose}`, openLink(deps, purpose));
    router.get(`/links/${purpose}/:id`, show(deps));
    router.post(`/links/${purpose}/:id`, form, submit(deps));
  }
}
