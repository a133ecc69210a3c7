import { portalIds } from '../portal/settings.ts';
import type { DemoAddresses } from '../ports.ts';
import type { Program } from './child.ts';
import { accepts, answersOk } from './ready.ts';

/** Programs that may start together, and how to see that one is ready. */
export type Stage = readonly Readonly<{ program: Program; isReady: () => Promise<boolean> }>[];

/**
 * What runs, in order: first what Avain needs, then Avain, then what needs Avain. Stopped in the opposite order, so
 * that mails on their way and sign-outs still find their receivers.
 */
export function stagesOf(addresses: DemoAddresses): readonly Stage[] {
  const { avain, mailbox, smtp, broker, startPage, oima, oimaApu, kuitti } = addresses;
  const portalAddresses = new Map([
    ['oima', oima],
    ['oima-apu', oimaApu],
    ['kuitti', kuitti],
  ]);
  const demo = (name: string, file: string, listens: Program['addresses'], args: readonly string[] = []) => ({
    program: { name, file: `src/demo/${file}/main.ts`, args, addresses: listens },
    isReady: async () => (await Promise.all(listens.map(({ port }) => accepts(port)))).every(Boolean),
  });
  const portals = portalIds.map((id) => {
    const address = portalAddresses.get(id);
    return demo(`portal ${id}`, 'portal', address === undefined ? [] : [address], [id]);
  });
  return [
    [demo('mailbox', 'mailbox', [mailbox, smtp]), demo('broker', 'broker', [broker])],
    [
      {
        program: { name: 'avain', file: 'bin/avain.mjs', args: ['serve'], addresses: [avain] },
        isReady: () => answersOk(`http://localhost:${avain.port}/health/ready`),
      },
    ],
    [...portals, demo('start page', 'start-page', [startPage])],
  ];
}
