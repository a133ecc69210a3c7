import { join } from 'node:path';
import type { DeviceLook } from '../accounts/account.ts';
import { type Assets, loadAssets } from './assets.ts';
import { deviceName, networkName } from './device-words.ts';
import { htmlOfTemplate } from './html.ts';
import { localeNames } from './locale.ts';
import { parseLogoutForm } from './logout-form.ts';
import type { MailFrame, MailName, Mails, RenderedMail } from './mail-models.ts';
import { compileTemplates, type Template } from './templates.ts';
import { textBlocks } from './terms-text.ts';
import type { TextKey, TextParams, Texts } from './texts.ts';
import { mailNames, viewNames } from './view-names.ts';
import type { FormField, Frame, TextRef, ViewName, Views } from './views.ts';

export type Renderer = {
  /** A whole page; throws only on a fault of ours (a view that breaks). */
  render<Name extends ViewName>(view: Name, model: Views[Name], frame: Frame): string;
  /** One message in both forms; the subject is one line. */
  renderMail<Name extends MailName>(message: Name, model: Mails[Name], frame: MailFrame): RenderedMail;
  /** What the pages ask for; to be served under their paths. */
  readonly assets: Assets;
};

export type RendererOptions = { readonly texts: Texts; readonly assets?: Assets; readonly viewsDir?: string };

/** Reads and compiles every view now: throws at start if one is missing or does not compile. */
export function createRenderer({ texts, assets = loadAssets(), viewsDir = defaultDir }: RendererOptions): Renderer {
  const templates = compileTemplates(viewsDir);
  const wanted = [...viewNames, ...mailNames.flatMap((name) => [`mail/${name}.html`, `mail/${name}.txt`])];
  const missing = wanted.filter((name) => !templates.has(name));
  if (missing.length > 0) throw new Error(`no view: ${missing.join(', ')}`);
  return {
    assets,
    render: (view, model, frame) =>
      tidy(fill(templates, view, { ...wordsOf(texts, frame), ...pageLocals(texts, assets, frame), m: model, frame })),
    renderMail: (message, model, frame) => {
      const words = wordsOf(texts, frame);
      const locals = { ...words, m: model, frame, to: frame.to, help: mailHelp(words.t, frame) };
      return {
        subject: words.t(`mail.${message}.subject`),
        html: tidy(fill(templates, `mail/${message}.html`, locals)),
        text: oneBlankLine(fill(templates, `mail/${message}.txt`, locals)),
      };
    },
  };
}

const defaultDir = join(import.meta.dirname, '../../views');

/** Texts in the frame's language, with the service's name always at hand. */
function wordsOf(all: Texts, { locale, service }: MailFrame | Frame) {
  const texts = all.withOwn(service.texts);
  const withService = (params: TextParams = {}) => ({ service: service.name, ...params });
  const t = (key: TextKey, params?: TextParams) => texts.t(locale, key, withService(params));
  return {
    t,
    text: ({ key, params }: TextRef) => t(key, params),
    tHtml: (key: TextKey, params: TextParams, href: string) => texts.tHtml(locale, key, withService(params), href),
    date: (day: string) => texts.date(locale, day),
    datetime: (at: number) => texts.datetime(locale, at),
    duration: (ms: number) => texts.duration(locale, ms),
    deviceName: (look: DeviceLook) => deviceName(t, look),
    networkName: (look: DeviceLook) => networkName(t, look),
  };
}

function mailHelp(t: (key: TextKey, params: TextParams) => string, { service: { support } }: MailFrame): string {
  if (!support.phone) return t('mail.help', { supportEmail: support.email });
  return t('mail.help-with-phone', { supportEmail: support.email, supportPhone: support.phone });
}

function pageLocals(texts: Texts, assets: Assets, frame: Frame) {
  const { text } = wordsOf(texts, frame);
  const errorsOf = (field: FormField) => frame.errors.filter((error) => error.field === field).map((e) => text(e.text));
  return { assets, errorsOf, textBlocks, parseLogoutForm, localeNames };
}

function fill(templates: ReadonlyMap<string, Template>, name: string, locals: object): string {
  const template = templates.get(name);
  if (template === undefined) throw new Error(`no view: ${name}`);
  const folder = name.startsWith('mail/') ? 'mail/parts' : 'parts';
  const part = (partName: string, p: object = {}) =>
    htmlOfTemplate(fill(templates, `${folder}/${partName}`, { ...locals, p }));
  return template({ ...locals, part });
}

// What somebody typed keeps its lines; what is in it is escaped, so the first end tag is the template's own.
const typed = /(<textarea[\s\S]*?<\/textarea>)/;

/** Lines that held only a condition are dropped: a page is read on slow phones too. */
function tidy(page: string): string {
  const tidied = (piece: string) => piece.replaceAll(/[ \t]*\n\s*/g, '\n');
  return page
    .split(typed)
    .map((piece) => (typed.test(piece) ? piece : tidied(piece)))
    .join('')
    .trimStart();
}

function oneBlankLine(message: string): string {
  return `${message.replaceAll(/\n{3,}/g, '\n\n').trim()}\n`;
}
