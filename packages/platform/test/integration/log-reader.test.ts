import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { ENDS_WITH_STARTER } from '@skyhold/testkit/ends-with-starter'
import { afterEach, describe, expect, test } from 'vitest'

const TALKING = fileURLToPath(new URL('../support/talking-process.ts', import.meta.url))

describe('a process and the reader of its log', () => {
  let talking: ChildProcess
  let log: Readable
  /** Resolves when it has said something, which is when it listens to signals. */
  const start = async () => {
    talking = spawn(process.execPath, [...ENDS_WITH_STARTER, TALKING], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
    if (!talking.stdout) throw new Error('it has no standard output')
    log = talking.stdout
    await once(log, 'readable')
  }
  const ended = () => once(talking, 'exit')
  afterEach(() => talking.kill('SIGKILL'))

  test('all that it has said — told to end — is written before it ends', async () => {
    await start()
    const said = text(log)
    talking.kill('SIGTERM')
    expect(await ended()).toEqual([0, null])
    expect(await said).toContain('the last word')
  })

  test('who has gone — before it is told to end — does not keep it', async () => {
    await start()
    log.destroy()
    talking.kill('SIGTERM')
    expect(await ended()).toEqual([0, null])
  })

  test('who has gone — before something grave is said — does not keep it', async () => {
    await start()
    log.destroy()
    talking.kill('SIGUSR2')
    talking.kill('SIGTERM')
    expect(await ended()).toEqual([0, null])
  })
})
