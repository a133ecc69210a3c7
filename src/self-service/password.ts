import { z } from 'zod';
import { changePassword } from '../accounts/change-password.ts';
import { passwordContext, passwordRulesModel } from '../accounts/password-form.ts';
import { deviceLookOf } from '../http/device-look.ts';
import { type AccountContext, type AccountOutcome, defineAccountPage } from './account-page.ts';

const secondsAMinute = 60;

const form = z.object({
  presentPassword: z.string(),
  password: z.string(),
  /** When the password was set that the page spoke of: epoch milliseconds, or '' where nobody knows. */
  shown: z.string().regex(/^\d{0,15}$/),
});

async function change(context: AccountContext, typed: z.infer<typeof form>): Promise<AccountOutcome> {
  const { deps, ctx, account, client, locale, browser, network } = context;
  const { presentPassword, password } = typed;
  const shown = typed.shown === '' ? null : Number(typed.shown);
  const endOtherSessions = () => deps.interactions.endOtherSessions(ctx, account.id);
  const result = await changePassword(
    { ...deps, endOtherSessions },
    { account, shown, presentPassword, password, client, locale, browser, network, where: deviceLookOf(ctx) },
  );
  if (result.outcome === 'refused') return { kind: 'retry', status: 422, errors: result.errors };
  if (result.outcome === 'wait') {
    const params = { minutes: Math.ceil(result.seconds / secondsAMinute) };
    const errors = [{ field: null, text: { key: 'error.password-wait', params } }] as const;
    return { kind: 'retry', status: 429, errors, retryAfterSeconds: result.seconds };
  }
  return { kind: 'done', path: '/account', done: result.outcome === 'changed' ? 'password' : 'password-meanwhile' };
}

export const password = defineAccountPage({
  path: '/account/password',
  view: 'account/password',
  fresh: true,
  section: {
    title: 'change-password.section',
    summary: ({ account: { password, passwordSetAt }, deps, locale }) => {
      if (password === null) return { key: 'change-password.none' };
      if (passwordSetAt === null) return { key: 'change-password.summary-old' };
      return { key: 'change-password.summary', params: { datetime: deps.texts.datetime(locale, passwordSetAt) } };
    },
  },
  form,
  show: ({ deps, account, client, locale }) => ({
    email: account.email,
    hasPassword: account.password !== null,
    shown: account.passwordSetAt === null ? '' : String(account.passwordSetAt),
    rules: passwordRulesModel(deps, passwordContext(deps, account, client, locale)),
  }),
  submit: change,
});
