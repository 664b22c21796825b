import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { sampleService } from '../support/sample-service.ts'

test('a service — that closes while a connection has never asked for anything — does not wait for it', async () => {
  const service = sampleService({ startPatienceSeconds: 600 })
  await service.listen()
  await service.started
  const silent = connect(Number(new URL(service.url).port), '127.0.0.1')
  await once(silent, 'connect')
  // Node gives such a connection its headers' timeout, which is longer than this test has.
  const ended = once(silent, 'close')
  await service.close()
  await ended
  expect(silent.destroyed).toBe(true)
})
