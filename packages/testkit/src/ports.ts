import { randomInt } from 'node:crypto'
import net from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { PortClaims } from './port-claims.ts'

/**
 * Servers listen below the range that the kernel hands out for outgoing connections (32768 and up on Linux):
 * a port from that range can be taken by any client while its server is down for a moment.
 */
const LOWEST = 20_000
const HIGHEST = 31_000

const claims = new PortClaims()

/** Whether a server could listen there now. */
export function isPortFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = net.createServer()
    probe.once('error', () => resolve(false))
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)))
  })
}

/** A port P for which P + each offset is free and stays this process's until it ends: nobody else who asks here gets it. */
export async function findFreePort(offsets: readonly number[] = [0]): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = randomInt(LOWEST, HIGHEST)
    if (await takeBlock(offsets.map((offset) => port + offset))) return port
  }
  throw new Error(`No free ports were found between ${LOWEST} and ${HIGHEST} on 127.0.0.1.`)
}

async function takeBlock(ports: readonly number[]): Promise<boolean> {
  const taken = ports.filter((port) => claims.take(port))
  const isOurs = taken.length === ports.length
  if (isOurs && (await Promise.all(ports.map((port) => isPortFree(port)))).every(Boolean)) return true
  for (const port of taken) claims.release(port)
  return false
}

/** Waits for a port that its last owner is letting go of; false when it stays taken. */
export async function becomesFree(port: number, withinMs = 5000): Promise<boolean> {
  const deadline = Date.now() + withinMs
  while (!(await isPortFree(port))) {
    if (Date.now() > deadline) return false
    await sleep(50)
  }
  return true
}

/** Whether something answers on the port. */
export function isListening(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ port, host })
    const done = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(1000, () => done(false))
    socket.once('connect', () => done(true))
    socket.once('error', () => done(false))
  })
}

/** A port on which nothing listens. */
export const freePort = (): Promise<number> => findFreePort()
