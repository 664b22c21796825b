import { pino } from 'pino'
import { expect, test } from 'vitest'
import { CannotStart, Service } from '../../src/index.ts'

/** Minutes: whoever waits for it is told by the test's own timeout. */
const START_PATIENCE_SECONDS = 600

async function startWith(step: () => Promise<void>): Promise<unknown> {
  const service = new Service({
    name: 'sample',
    host: '127.0.0.1',
    port: 0,
    logger: pino({ level: 'silent' }),
    startPatienceSeconds: START_PATIENCE_SECONDS,
  })
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

test('a start step — that says it can never work — is over at once', async () => {
  let tries = 0
  const outcome = await startWith(async () => {
    tries += 1
    throw new CannotStart('the secret is another one')
  })
  expect(tries).toBe(1)
  expect(outcome).toMatchObject({ name: 'CannotStart', message: 'the secret is another one' })
})
