import { Server as NetServer, type Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'

/** A turn of the event loop that took less had nothing to do. */
const IDLE_TURN_MS = 0.5

/**
 * Closes the port and no connection: whoever has been let in is served.
 *
 * Whoever waits to be let in when a port closes is reset, so all of them are let in first. A turn of the event loop asks once who is there, lets one in, and then does its other work, during
 * which more may come. So the port closes at the end of a turn in which nobody came and that had no other work, and those who were let in meanwhile are served after it: their requests would
 * be that work. Where turns are never idle it closes when the patience is over.
 */
export async function closePort(server: NetServer, patienceMs: number): Promise<void> {
  const serving = server.listeners('connection') as ((socket: Socket) => void)[]
  const letIn: Socket[] = []
  server.removeAllListeners('connection')
  server.on('connection', (socket: Socket) => {
    letIn.push(socket)
    socket.on('error', ignore)
  })

  const deadline = performance.now() + patienceMs
  // The turn that is under way has asked already.
  await nextTurn()
  for (let isIdle = false; !isIdle && performance.now() < deadline; ) {
    const [before, startedAtMs] = [letIn.length, performance.now()]
    await nextTurn()
    isIdle = letIn.length === before && performance.now() - startedAtMs < IDLE_TURN_MS
  }
  // Not `server.close`: that of an HTTP server closes every connection that is idle at the moment.
  NetServer.prototype.close.call(server)

  server.removeAllListeners('connection')
  for (const serve of serving) server.on('connection', serve)
  for (const socket of letIn) {
    if (socket.destroyed) continue
    server.emit('connection', socket)
    // Whoever serves it looks to its errors himself.
    socket.off('error', ignore)
  }
}

/** Who breaks his connection off before he is served is gone, and destroyed; an error that nobody hears would end the process. */
const ignore = (): void => undefined
