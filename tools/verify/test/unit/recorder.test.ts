import { readFileSync } from 'node:fs'
import path from 'node:path'
import { tempDir } from '@skyhold/testkit'
import { expect, test } from 'vitest'
import type { HistoryEvent } from '../../src/history/events.ts'
import { historyOf } from '../../src/history/history.ts'
import { Recorder } from '../../src/history/recorder.ts'

test('recorder — calls, one of them never answered — writes a line an event without passwords, from which the same history is made', async () => {
  const recorder = new Recorder(path.join(tempDir('verify'), 'deep', 'history.jsonl'))
  recorder.add({ kind: 'run', atMs: 1, seed: 's', users: [], flightIds: [], isPrivate: true, holdsPerUserMax: 3 })
  const login = recorder.invoke({
    user: 'p01',
    operation: 'log in',
    method: 'POST',
    path: '/auth/login',
    key: null,
    body: { password: 'a secret' },
  })
  const lost = recorder.invoke({ user: 'p01', operation: 'search', method: 'GET', path: '/flights', key: null, body: null })
  recorder.answer({ id: login, status: 200, isReplayed: false, hasRetryAfter: false, body: { accessToken: 'eyJ' } })
  recorder.invoke({ user: 'p01', operation: 'search', method: 'GET', path: '/flights', key: null, body: null })
  recorder.lost({ id: lost, reason: 'ECONNRESET' })
  await recorder.close()

  const text = readFileSync(recorder.file, 'utf8')
  expect(text).not.toMatch(/a secret|eyJ/)
  const history = historyOf(
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as HistoryEvent),
  )
  expect(history.calls.map(({ operation, answer, lostBecause }) => [operation, answer?.status ?? null, lostBecause])).toEqual([
    ['log in', 200, null],
    ['search', null, 'ECONNRESET'],
    ['search', null, 'the run ended'],
  ])
  expect(recorder.history().calls).toHaveLength(3)
})
