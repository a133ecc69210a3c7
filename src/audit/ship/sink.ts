import type { Config } from '../../config/schema.ts';
import { fileSink } from './file-sink.ts';
import { httpSink } from './http-sink.ts';
import { syslogSink } from './syslog-sink.ts';

export type SinkConfig = Config['audit']['ship'][number];

/** Resolves when what was sent has arrived, as far as the way there can tell; throws when it may not have. */
export type Sink = (lines: readonly string[]) => Promise<void>;

/** One of `audit.ship`. `allow`: private origins that may be called all the same. */
export function createSink(sink: SinkConfig, allow: readonly string[]): Sink {
  switch (sink.to) {
    case 'file':
      return fileSink(sink);
    case 'syslog':
      return syslogSink(sink);
    case 'https':
      return httpSink(sink, allow);
  }
}
