import { waitFor } from '@skyhold/testkit'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Service } from '../../src/index.ts'
import { PIPELINED_MAX } from '../../src/http/connections.ts'
import { type RawTalk, statusesOf, talkTo } from '../support/raw-talk.ts'
import { sampleService } from '../support/sample-service.ts'

const SLOW = 'GET /slow HTTP/1.1\r\nHost: sample\r\n\r\n'
const BROKEN = 'this is no HTTP\r\n\r\n'

let service: Service
let begun: number
let release: () => void
let talks: RawTalk[]

beforeEach(async () => {
  const { promise: released, resolve } = Promise.withResolvers<void>()
  release = resolve
  begun = 0
  talks = []
  service = sampleService()
  const open = { config: { access: 'public' } } as const
  service.http.get('/slow', open, async () => {
    begun += 1
    await released
    return { done: true }
  })
  service.http.post('/bodies', open, async () => ({ done: true }))
  await service.listen()
  await service.started
})
afterEach(async () => {
  release()
  for (const { socket } of talks) socket.destroy()
  await service.close()
})

function talk(text: string): RawTalk {
  const made = talkTo(service, text)
  talks.push(made)
  return made
}

describe('heads of requests', () => {
  test.each([
    ['without a Host', 'GET /health/live HTTP/1.1\r\n\r\n'],
    ['with two', 'GET /health/live HTTP/1.1\r\nHost: sample\r\nHost: elsewhere\r\n\r\n'],
    ['with the same twice, in other letters', 'GET /health/live HTTP/1.1\r\nhost: sample\r\nHOST: sample\r\n\r\n'],
    ['that expects what nobody knows', 'GET /health/live HTTP/1.1\r\nHost: sample\r\nExpect: foo\r\n\r\n'],
  ])('a request — %s — is 400 as a problem document', async (_flaw, text) => {
    const answer = talk(text)
    await waitFor(() => answer.said.includes('"code":"invalid_request"'))
    expect(statusesOf(answer)).toEqual([400])
    expect(answer.said).toContain('content-type: application/problem+json')
    expect(answer.said).toMatch(/x-request-id: \S+/)
  })

  test('a request — of HTTP/1.0 without a Host — is served', async () => {
    const answer = talk('GET /health/live HTTP/1.0\r\n\r\n')
    await waitFor(() => answer.isClosed)
    expect(statusesOf(answer)).toEqual([200])
  })

  test('a body — announced with 100-continue — is asked for and taken', async () => {
    const head =
      'POST /bodies HTTP/1.1\r\nHost: sample\r\nContent-Type: application/json\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n'
    const answer = talk(head)
    await waitFor(() => answer.said.includes('100 Continue'))
    answer.socket.write('{}')
    await waitFor(() => answer.said.includes('"done":true'))
    expect(statusesOf(answer)).toEqual([100, 200])
  })
})

describe('broken HTTP', () => {
  test('behind a request that is at work — waits for its answer, and then has its own', async () => {
    const answer = talk(SLOW + BROKEN)
    let errors = 0
    service.http.server.on('clientError', () => (errors += 1))
    await waitFor(() => begun === 1 && errors > 0)
    answer.socket.write(BROKEN)
    expect(answer.said).toBe('')
    release()
    await waitFor(() => answer.isClosed)
    expect(statusesOf(answer)).toEqual([200, 400])
    expect(answer.said.indexOf('"done":true')).toBeLessThan(answer.said.indexOf('HTTP/1.1 400'))
  })

  test('behind an answered request — is 400 as a problem document, and the connection is closed', async () => {
    const answer = talk('GET /health/live HTTP/1.1\r\nHost: sample\r\n\r\n')
    await waitFor(() => answer.said.includes('"status":"ok"'))
    answer.socket.write(BROKEN)
    await waitFor(() => answer.isClosed)
    expect(statusesOf(answer)).toEqual([200, 400])
  })

  test('in the body of a request — is the one answer that this request has', async () => {
    const answer = talk(
      'POST /bodies HTTP/1.1\r\nHost: sample\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nno length\r\n',
    )
    await waitFor(() => answer.isClosed)
    expect(statusesOf(answer)).toEqual([400])
    expect(answer.said).toContain('application/problem+json')
  })

  test('in a body whose request is refused already — has no answer of its own', async () => {
    const answer = talk(
      'POST /nothing HTTP/1.1\r\nHost: sample\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n',
    )
    await waitFor(() => statusesOf(answer).length === 1)
    answer.socket.write('no length\r\n')
    await waitFor(() => answer.isClosed)
    expect(statusesOf(answer)).toEqual([404])
  })
})

test('broken HTTP — behind a body that came whole only after its request was refused — is 400', async () => {
  const answer = talk('POST /nothing HTTP/1.1\r\nHost: sample\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n')
  await waitFor(() => statusesOf(answer).length === 1)
  answer.socket.write(`0\r\n\r\n${BROKEN}`)
  await waitFor(() => answer.isClosed)
  expect(statusesOf(answer)).toEqual([404, 400])
})

describe('requests ahead of their answers', () => {
  test('as many as a connection may have — are all answered', async () => {
    const answer = talk(SLOW.repeat(PIPELINED_MAX + 1))
    await waitFor(() => begun === PIPELINED_MAX + 1)
    release()
    await waitFor(() => statusesOf(answer).length === PIPELINED_MAX + 1)
    expect(new Set(statusesOf(answer))).toEqual(new Set([200]))
    // Those count that are under way, not all that ever were.
    answer.socket.write(SLOW.repeat(PIPELINED_MAX + 1))
    await waitFor(() => statusesOf(answer).length === 2 * (PIPELINED_MAX + 1))
    expect(answer.isClosed).toBe(false)
  })

  test('one more, and a thousand more in the same piece — end the connection, and none of them is begun', async () => {
    for (const more of [1, 1000]) {
      begun = 0
      const answer = talk(SLOW.repeat(PIPELINED_MAX + 1 + more))
      await waitFor(() => answer.isClosed)
      expect([begun, answer.said]).toEqual([PIPELINED_MAX + 1, ''])
    }
  })
})
