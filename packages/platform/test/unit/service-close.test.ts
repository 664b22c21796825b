import { once } from 'node:events'
import { connect } from 'node:net'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { Service } from '../../src/index.ts'

test('a service — that closes while a connection has never asked for anything — does not wait for it', async () => {
  const service = new Service({
    name: 'sample',
    host: '127.0.0.1',
    port: 0,
    logger: pino({ level: 'silent' }),
    startPatienceSeconds: 600,
  })
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
