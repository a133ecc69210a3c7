import type { Frame, MailFrame, MailName, Mails, RenderedMail, ViewName, Views } from './views.ts';

export type Renderer = {
  /** A whole page; throws only on a fault of ours (a view that breaks). */
  render<Name extends ViewName>(view: Name, model: Views[Name], frame: Frame): string;
  renderMail<Name extends MailName>(message: Name, model: Mails[Name], frame: MailFrame): RenderedMail;
};
