import type { AuditEvent } from '../audit/audit-log.ts';
import { defineAccountPage } from './account-page.ts';
import { activityWords } from './activity-words.ts';
import { pageAsked, pagingOf, skipOf } from './paging.ts';

const eventsAPage = 30;
const dayMs = 86_400_000;

// A cast: Object.keys forgets that a record's keys are its type's.
const told = (Object.keys(activityWords) as AuditEvent[]).filter((event) => activityWords[event] !== null);

/** The audit log of the last weeks in words: it holds no network or device, so the list of devices tells of those. */
export const activity = defineAccountPage({
  path: '/account/activity',
  view: 'account/activity',
  fresh: false,
  section: {
    title: 'activity.title',
    summary: ({ deps }) => ({ key: 'activity.summary', params: { days: deps.config.retention.activityShownDays } }),
  },
  show: async ({ deps, ctx, account, locale }) => {
    const page = pageAsked(ctx);
    const days = deps.config.retention.activityShownDays;
    const since = deps.clock.now() - days * dayMs;
    const records = await deps.storage.audit.history(account.id, {
      events: told,
      since,
      skip: skipOf(page, eventsAPage),
      limit: eventsAPage + 1,
    });
    return {
      days,
      events: records.slice(0, eventsAPage).flatMap(({ at, event, clientId }) => {
        const key = activityWords[event];
        const service = clientId && (deps.clients.get(clientId)?.name[locale] ?? clientId);
        return key === null ? [] : [{ at, text: { key }, service }];
      }),
      paging: pagingOf(page, records.length, eventsAPage),
    };
  },
});
