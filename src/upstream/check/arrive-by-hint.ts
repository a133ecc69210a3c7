import type { MethodId } from '../broker.ts';
import type { Arrive } from './check-broker.ts';
import type { CheckInput } from './duty.ts';
import { walk } from './walk.ts';
import { wordsFor } from './words.ts';

/** How every check asks; a hint makes a broker's TEST environment identify a test person without pages. */
export function startInput({ config, serviceName }: CheckInput, loginHint?: string) {
  const method: MethodId = config.method.offered[0] ?? 'bank';
  return { method, locale: 'fi', serviceName, ...(loginHint === undefined ? {} : { loginHint }) } as const;
}

/** A test person comes back by redirects alone. */
export function arriveByHint(check: CheckInput, loginHint: string): Arrive {
  return async (connector) => {
    const started = await connector.start(startInput(check, loginHint));
    if (started.outcome !== 'started') return { verdict: 'not met', reason: wordsFor(started.cause) };
    const { redirectUri, config } = check;
    const landing = await walk(started.url, { redirectUri, timeoutMs: config.timeoutSeconds * 1000 });
    if (landing.at === 'redirect-uri') return { callback: landing.url, exchange: started.exchange };
    if (landing.at === 'nowhere') return { verdict: 'not met', reason: landing.reason };
    if (landing.status >= 400) return { verdict: 'not met', reason: `the broker answers ${landing.status}` };
    const reason = `the broker shows «${landing.title}»: it does not know check.loginHint. Remove it and identify by hand`;
    return { verdict: 'not tried', reason };
  };
}
