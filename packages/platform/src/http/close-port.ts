import { connect, Server as NetServer, type Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'

/** What Node has no public name for: a socket that can be told how many may wait at it, and be asked whom it is connected to. */
interface Handle {
  listen(backlog: number): number
  getpeername(into: object): number
}

/**
 * Closes the port and no connection: whoever has been let in is served, and nobody is reset.
 *
 * The kernel resets whoever waits to be let in when a port closes, and somebody may come at any moment, also between the last look and the closing. So one is allowed to wait, and that one is
 * ourselves: as long as he does the kernel answers nobody else, who asks again after a second and is refused then, or finds the next process. Where a backlog of one is not kept to (it is by
 * Linux) the port closes between two looks.
 *
 * Those who are let in meanwhile are served afterwards: with the answers that callers get, they come back, and would always be quicker than we are.
 */
export async function closePort(server: NetServer, patienceMs: number): Promise<void> {
  const serving = server.listeners('connection') as ((socket: Socket) => void)[]
  const letIn: Socket[] = []
  server.removeAllListeners('connection')
  server.on('connection', (socket: Socket) => {
    letIn.push(socket)
    socket.on('error', ignore)
  })

  handleOf(server)?.listen(0)
  const deadline = performance.now() + patienceMs
  for (let isTaken = false; !isTaken && performance.now() < deadline; ) {
    // Lets in who waits.
    await nextTurn()
    isTaken = await takesTheOnlyPlace(server)
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

/** Whether a connection of our own is now the one that waits; resolves before anybody is let in. */
async function takesTheOnlyPlace(server: NetServer): Promise<boolean> {
  const address = server.address()
  if (!address || typeof address === 'string') return true
  const own = connect(address.port, address.address).on('error', ignore).unref()
  // It begins with the next tick, and the kernel has answered when that is over.
  await new Promise<void>((resolve) => process.nextTick(resolve))
  if (handleOf(own)?.getpeername({}) === 0) return true
  own.destroy()
  return false
}

const handleOf = (socket: NetServer | Socket): Handle | null => (socket as unknown as { _handle: Handle | null })._handle

/** Who breaks his connection off before he is served is gone, and destroyed; an error that nobody hears would end the process. */
const ignore = (): void => undefined
