/** The numbers people feel: how often they are asked, how long things live, how much is allowed in a while. */
import { z } from 'zod';
import { count, seconds } from './values.ts';

const day = 86_400;

const stepUpShape = {
  first: z.enum(['always', 'never']).describe('Strong identification at the first sign-in of an account'),
  rate: z.number().min(0).max(1).describe('Share of later sign-ins that are asked again, drawn per account and day'),
  atMostDays: z
    .int()
    .min(1)
    .nullable()
    .describe('Never longer than this without an identification; null: no such rule'),
  notWithinHours: z.int().min(0).describe('Never asked again by the draw within this time'),
  newDevice: z
    .enum(['off', 'notice', 'code', 'identification'])
    .describe('What a sign-in from a new device causes: nothing, a mail, or a mail and that proof before it'),
};

const codeShape = {
  rate: z.number().min(0).max(1).describe('Share of sign-ins that are asked for a code, drawn per account and day'),
  atMostDays: z
    .int()
    .min(1)
    .nullable()
    .describe('Never longer than this without a proof of the mailbox; null: no such rule'),
  notWithinHours: z.int().min(0).describe('Never asked again by the draw within this time'),
};

/** When strong identification is asked again (journey.md §3); the defaults for clients that say nothing. */
export const stepUpSchema = z.strictObject({
  first: stepUpShape.first.default('always'),
  rate: stepUpShape.rate.default(0.05),
  atMostDays: stepUpShape.atMostDays.default(90),
  notWithinHours: stepUpShape.notWithinHours.default(12),
  newDevice: stepUpShape.newDevice.default('notice'),
});

/** What one client wants otherwise. */
export const stepUpOverridesSchema = z.strictObject(stepUpShape).partial();

/** When the e-mailed six-digit code is asked beside linking; the defaults for clients that say nothing. */
export const emailedCodeSchema = z.strictObject({
  rate: codeShape.rate.default(0.05),
  atMostDays: codeShape.atMostDays.default(null),
  notWithinHours: codeShape.notWithinHours.default(0),
});

export const emailedCodeOverridesSchema = z.strictObject(codeShape).partial();

/** Whether a second factor is asked beside the password; the default for clients that say nothing. */
export const secondFactorSchema = z
  .enum(['off', 'if-enrolled', 'required'])
  .describe(
    'off: of whoever wants it always; if-enrolled: of whoever has one; required: of everybody, who has none identifies strongly',
  );

export const livesSchema = z.strictObject({
  browserCookieSeconds: seconds(180 * day).describe('Our own browser cookie: "the same browser", the known device'),
  journeySeconds: seconds(day).describe('Interaction and journey: how long a begun sign-in can be finished'),
  journeyClientSeconds: seconds(30 * day).describe('How long a dead page still knows which client to start again'),
  activationLinkSeconds: seconds(day),
  resetLinkSeconds: seconds(1800),
  undoLinkSeconds: seconds(7 * day).describe('How long a change of address can be undone from the old mailbox'),
  notMeLinkSeconds: seconds(30 * day).describe('How long «En tehnyt tätä» of a notice works'),
  changeAddressLinkSeconds: seconds(day).describe('How long a new address can be confirmed'),
  deletionWaitSeconds: seconds(14 * day).describe('How long the deletion of an account can be taken back'),
  lostMailboxWaitSeconds: seconds(7 * day).describe(
    'From that link until the new address counts; the old mailbox can stop it',
  ),
  deadLinkSeconds: seconds(7 * day).describe('How long the row of a dead link is kept for its page'),
  passwordProofSeconds: seconds(3600),
  mailboxProofSeconds: seconds(3600),
  identityProofSeconds: seconds(1800).describe('Identity proof inside a journey'),
  upstreamExchangeSeconds: seconds(900).describe('From our redirect to the broker until its answer'),
  emailedCodeSeconds: seconds(600).describe('Each code by itself'),
  passkeyChallengeSeconds: seconds(300).describe('From the page to the answer of a passkey'),
  factorEnrolmentSeconds: seconds(600).describe('To set up an authenticator app, and to write down recovery codes'),
  authorizationCodeSeconds: seconds(60),
  accessTokenSeconds: seconds(600),
  idTokenSeconds: seconds(600),
  refreshIdleSeconds: seconds(14 * day),
  refreshAbsoluteSeconds: seconds(90 * day),
  sessionIdleSeconds: seconds(3600),
  sessionAbsoluteSeconds: seconds(12 * 3600),
});

/**
 * Written as production has them. The development profile multiplies the counts per network, hour and day by
 * `developmentFactor` when it loads, so that the code sees plain numbers; intervals, delays and tries stay.
 */
export const limitsSchema = z.strictObject({
  developmentFactor: z.int().min(1).max(10_000).default(100).describe('Used by the development profile only'),
  mail: z
    .strictObject({
      intervalSeconds: seconds(60).describe('Between two requested mails per address and kind'),
      perAddressPerHour: count(5),
      perAddressPerDay: count(10),
      perNetworkPerHour: count(30),
      feedbackPerNetworkPerHour: count(10).describe('Sent to support by the form of the accessibility statement'),
    })
    .prefault({})
    .describe('Mails that somebody asked for; notices are never limited'),
  passwords: z
    .strictObject({
      wrongBeforeDelay: count(5).describe('The n-th wrong password starts the delay'),
      firstDelaySeconds: seconds(30),
      longestDelaySeconds: seconds(900),
      consecutivePerAccount: count(100),
      perNetworkPer10Minutes: count(50),
      perKnownDevice: count(10).describe("A known device's own wrong tries, free of the delay"),
    })
    .prefault({}),
  codes: z
    .strictObject({
      wrongPerChallenge: count(5),
      wrongPerAccountPerDay: count(20),
      resends: count(3),
      resendIntervalSeconds: seconds(60),
    })
    .prefault({}),
  strongIdentification: z
    .strictObject({
      startsPerAccountPerHour: count(10),
      findingsPerBrowserPerHour: count(10).describe('By somebody who does not remember their address'),
      findingsPerNetworkPerHour: count(30),
    })
    .prefault({}),
  links: z.strictObject({ openedPerNetworkPerMinute: z.int().min(300).default(300) }).prefault({}),
  interactions: z.strictObject({ openPerBrowser: count(50), startedPerNetworkPerHour: count(300) }).prefault({}),
});

export type EmailedCodePolicy = z.output<typeof emailedCodeSchema>;
export type StepUpPolicy = z.output<typeof stepUpSchema>;
export type SecondFactorPolicy = z.output<typeof secondFactorSchema>;
export type Limits = z.output<typeof limitsSchema>;
