import { channel } from 'node:diagnostics_channel'

/** What is published: `{ name }`. */
export const CHECKPOINT_CHANNEL = 'skyhold:checkpoint'

const crossed = channel(CHECKPOINT_CHANNEL)

/**
 * A moment between two effects at which a crash would hurt most, by name. In production nobody listens and it does nothing;
 * the testkit's preload (`stop-at.ts`) ends its own process here, so that a fault test hits the moment exactly and not by luck.
 */
export function checkpoint(name: string): void {
  if (crossed.hasSubscribers) crossed.publish({ name })
}
