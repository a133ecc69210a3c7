import { isPermanent, type Mailer } from '../mail/mailer.ts';
import { fixedCode, type Observer, observed } from './observer.ts';

/** The same mailer; what it hands over is told. One address that is refused for good says nothing against the server. */
export function observedMailer(mailer: Mailer, observer: Observer): Mailer {
  const operation = { kind: 'mail', name: 'send' } as const;
  return {
    ...mailer,
    send: (delivery) =>
      observed(
        observer,
        operation,
        () => mailer.send(delivery),
        (error) => ({ outcome: isPermanent(error) ? 'refused' : 'unavailable', code: fixedCode(error) }),
      ),
  };
}
