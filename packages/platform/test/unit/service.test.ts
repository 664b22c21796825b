import { expect, test } from 'vitest'
import net from 'node:net'
import { waitFor } from '@skyhold/testkit'
import { CannotStart, createLogger, type ServiceOptions } from '../../src/index.ts'
import { sampleService } from '../support/sample-service.ts'

/** Minutes: whoever waits for it is told by the test's own timeout. */
const START_PATIENCE_SECONDS = 600

async function startWith(step: () => Promise<void>, options: Partial<ServiceOptions> = {}): Promise<unknown> {
  const service = sampleService({ startPatienceSeconds: START_PATIENCE_SECONDS, ...options })
  service.onStart('the step', step)
  try {
    await service.listen()
    return await service.started.then(
      () => 'started',
      (error: unknown) => error,
    )
  } finally {
    await service.close()
  }
}

test('a start step — that fails twice and then works — is repeated', async () => {
  let tries = 0
  const outcome = await startWith(async () => {
    tries += 1
    if (tries < 3) throw new Error('not yet')
  })
  expect([outcome, tries]).toEqual(['started', 3])
})

test('a start step — that has to be tried again — is a warning only once it is waited for longer than others who start too', async () => {
  const levels: string[] = []
  const logger = createLogger({
    service: 'sample',
    level: 'info',
    destination: { write: (line) => void levels.push(...(/"level":(\d+).*"msg":"waiting for the step"/.exec(line)?.slice(1) ?? [])) },
  })
  let tries = 0
  await startWith(
    async () => {
      tries += 1
      if (tries < 5) throw new Error('not yet')
    },
    { logger },
  )
  expect(levels).toEqual(['30', '30', '30', '40'])
})

test('a start step — that says it can never work — is over at once', async () => {
  let tries = 0
  const outcome = await startWith(async () => {
    tries += 1
    throw new CannotStart('the secret is another one')
  })
  expect(tries).toBe(1)
  expect(outcome).toMatchObject({ name: 'CannotStart', message: 'the secret is another one' })
})

test('a request — on a connection that is still at work while the service closes — is 503 as a problem document', async () => {
  const service = sampleService()
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  service.http.get('/slow', { config: { access: 'public' } }, async () => {
    begin()
    await released
    return { done: true }
  })
  let asked = 0
  service.http.server.on('request', () => (asked += 1))
  await service.listen()
  await service.started
  const socket = net.connect(Number(new URL(service.url).port), '127.0.0.1')
  let said = ''
  socket.on('data', (data) => (said += data.toString()))
  const ask = () => socket.write('GET /slow HTTP/1.1\r\nHost: sample\r\n\r\n')
  ask()
  await begun
  const closed = service.close()
  ask()
  await waitFor(() => asked === 2, { what: 'the second request to be there' })
  release()
  await closed
  await waitFor(() => said.split('HTTP/1.1 ').length > 2, { what: 'two answers' })
  const [, first = '', second = ''] = said.split('HTTP/1.1 ')
  expect([first.slice(0, 3), second.slice(0, 3)]).toEqual(['200', '503'])
  expect(second).toContain('application/problem+json')
  expect(second).toMatch(/retry-after: 2/i)
  socket.destroy()
})

test('the metrics — with a token set — answer whoever shows it and nobody else', async () => {
  const service = sampleService({ metricsToken: 'for-prometheus' })
  const ask = (authorization?: string) => service.http.inject({ url: '/metrics', headers: authorization ? { authorization } : {} })
  try {
    expect(await ask()).toMatchObject({ statusCode: 401 })
    expect((await ask('Bearer for-prometheu')).json()).toMatchObject({ status: 401, code: 'invalid_token' })
    expect((await ask('Basic for-prometheus')).json()).toMatchObject({ status: 401 })
    const shown = await ask('Bearer for-prometheus')
    expect([shown.statusCode, shown.body]).toEqual([200, expect.stringContaining('http_request_seconds')])
  } finally {
    await service.close()
  }
})
