import path from 'node:path'
import { tempDir } from '@skyhold/testkit'
import { expect, test } from 'vitest'
import { Recorder } from '../../src/history/recorder.ts'
import { injectFaults } from '../../src/system/inject.ts'

test('faults — only what took place — is written down, with what it is felt at', async () => {
  const recorder = new Recorder(path.join(tempDir('verify'), 'history.jsonl'))
  recorder.add({ kind: 'run', atMs: Date.now(), seed: 's', users: [], flightIds: [], isPrivate: true, holdsPerUserMax: 3 })
  let applied = 0
  let healed = 0
  await injectFaults({
    seed: 'seed',
    recorder,
    forMs: 9_000,
    breakable: {
      apply: async (_fault, begins) => {
        applied += 1
        if (applied === 1) begins('bookings-1 – database: a COMMIT arrives and its answer does not', ['bookings'])
        await Promise.resolve()
      },
      heal: async () => {
        healed += 1
        await Promise.resolve()
      },
    },
  })
  await recorder.close()
  expect(applied).toBeGreaterThan(1)
  expect(healed).toBe(1)
  expect(recorder.history().faults.map(({ title, feltAt }) => [title, feltAt])).toEqual([
    ['bookings-1 – database: a COMMIT arrives and its answer does not', ['bookings']],
  ])
})
