import http from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readMails, readMemory, readOutboxes } from '../../src/observe/outside.ts'

/** So many connections break before an answer. */
let broken = 0

/** Answers as the mailbox and as the metrics of a process do. */
const server = http.createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1')
  if (broken > 0) {
    broken -= 1
    return request.socket.destroy()
  }
  if (pathname === '/bookings/metrics') return response.end('outbox_pending{service="bookings"} 3\nprocess_resident_memory_bytes 1.5e8\n')
  if (pathname === '/gateway/metrics') return response.end('process_resident_memory_bytes 100\n')
  return response.end(JSON.stringify({ data: [{ to: searchParams.get('to') ?? 'everybody' }], duplicates: 1 }))
})
let url = ''

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('A TCP server has a port.')
  url = `http://127.0.0.1:${address.port}`
})

afterAll(() => new Promise((resolve) => server.close(resolve)))

test('mails — of a mailbox of our own are all that came, of one that others use what came to these people', async () => {
  expect(await readMails(url, null)).toEqual({ mails: [{ to: 'everybody' }], copies: 1 })
  expect(await readMails(url, ['a+b@example.com', 'c@example.com'])).toEqual({
    mails: [{ to: 'a+b@example.com' }, { to: 'c@example.com' }],
    copies: 2,
  })
})

test('metrics — outboxes and memory — are read of the processes that have them', async () => {
  const places = { 'bookings-1': `${url}/bookings`, 'gateway-1': `${url}/gateway` }
  expect(await readOutboxes(places)).toEqual([{ process: 'bookings-1', pending: 3 }])
  expect(await readMemory(places)).toEqual(
    new Map([
      ['bookings-1', 150_000_000],
      ['gateway-1', 100],
    ]),
  )
})

test('what is read — over a connection that breaks — is read again, and an error says where and why', async () => {
  broken = 2
  expect(await readOutboxes({ 'bookings-1': `${url}/bookings` })).toEqual([{ process: 'bookings-1', pending: 3 }])
  await expect(readOutboxes({ 'bookings-1': 'http://127.0.0.1:9' })).rejects.toThrow(
    /127\.0\.0\.1:9\/metrics could not be read: fetch failed \(.+\)/,
  )
})
