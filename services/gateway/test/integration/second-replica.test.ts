import { waitFor } from '@skyhold/testkit'
import fastify from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ROUTE_TABLE } from '../../src/policies/route-table.ts'
import { forward } from '../../src/proxy/proxy.ts'
import { Replica, Replicas } from '../../src/proxy/replicas.ts'
import type { CallHandler } from '../../src/proxy/upstream/call.ts'

/** Its connections are all taken, and so is every place in line: thousands of calls in a real one. */
class FullReplica extends Replica {
  override dispatch(_call: unknown, handler: CallHandler): null {
    handler.onResponseError(null, Object.assign(new Error('too many calls wait for the service'), { code: 'EBUSY' }))
    return null
  }
}

/** Its connections are all taken, and there is room in line. */
class BusyReplica extends Replica {
  waiting = 0

  override dispatch(): () => void {
    this.waiting += 1
    return () => void (this.waiting -= 1)
  }
}

const [full, busy] = [new FullReplica('http://127.0.0.1:1'), new BusyReplica('http://127.0.0.1:2')]
const replicas = Object.assign(new Replicas([]), { all: [full, busy] })
const rule = ROUTE_TABLE.find(({ service, method }) => service === 'bookings' && method === 'GET')
const http = fastify()

beforeAll(async () => {
  http.get('/', (request, reply) => {
    if (rule) forward(request, reply, { rule, replicas, trustedProxies: 0 })
  })
  await http.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(async () => {
  await http.close()
  await replicas.close()
})

test('a call — for which one replica has no room, and which waits at another — leaves that line when its client goes', async () => {
  const client = new AbortController()
  const answer = fetch(http.listeningOrigin, { signal: client.signal })
  await waitFor(() => busy.waiting === 1)
  client.abort()
  await expect(answer).rejects.toThrow('aborted')
  await waitFor(() => busy.waiting === 0)
})
