import { connect, type Socket } from 'node:net'
import type { Service } from '../../src/index.ts'

/** A connection on which a test writes what it likes. */
export interface RawTalk {
  socket: Socket
  /** What the service has said so far. */
  said: string
  isClosed: boolean
}

export function talkTo({ url }: Service, text: string): RawTalk {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  const talk: RawTalk = { socket, said: '', isClosed: false }
  socket.on('data', (data) => (talk.said += data.toString()))
  // Being cut off is what some of these tests are for; `close` follows.
  socket.on('error', () => undefined)
  socket.on('close', () => (talk.isClosed = true))
  socket.write(text)
  return talk
}

/** The status of each answer, in order. */
export const statusesOf = ({ said }: RawTalk): number[] => [...said.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status))
