import type { Config } from '../config/schema.ts';

/** How long a key is what, in milliseconds; docs/keys.md gives the reasons. */
export type Schedule = {
  readonly rotateMs: number;
  readonly publishMs: number;
  readonly retireMs: number;
  /** From an activation until the next pending key is made: the first start of an installation is not made to wait for it. */
  readonly settleMs: number;
  /** How long a node counts as alive after it last said so. */
  readonly aliveMs: number;
};

const minuteMs = 60_000;

export function scheduleOf({ signingKeys }: Pick<Config, 'signingKeys'>): Schedule {
  const { rotateSeconds, publishSeconds, retireSeconds } = signingKeys;
  const publishMs = publishSeconds * 1000;
  return {
    rotateMs: rotateSeconds * 1000,
    publishMs,
    retireMs: retireSeconds * 1000,
    settleMs: Math.min(minuteMs, publishMs / 2),
    aliveMs: Math.min(minuteMs / 2, publishMs),
  };
}
