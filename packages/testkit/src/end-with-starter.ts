/**
 * A preload (`node --import …/end-with-starter.ts`) that ends its own process when whoever started it is gone, however he went: after SIGKILL he could end nobody himself.
 * The system closes his end of the IPC channel then; a process without such a channel is left alone, and so is one of whom nothing of this is asked.
 */
import { isMainThread } from 'node:worker_threads'

const LOOK_EVERY_MS = 250
/** A service ends itself after 20 s of closing. */
const PATIENCE_MS = 25_000

// A thread has the preloads of its process, and no starter of its own.
if (isMainThread && process.channel) {
  // Looked at, because a listener for the channel's end would keep the process alive when it has nothing more to do.
  const looking = setInterval(() => {
    if (process.connected) return
    clearInterval(looking)
    // As an operator would: it closes in its normal order.
    process.kill(process.pid, 'SIGTERM')
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), PATIENCE_MS).unref()
  }, LOOK_EVERY_MS).unref()
}
