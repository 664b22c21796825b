import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { ManagedProcess, tempDir, waitFor } from '@skyhold/testkit'
import { afterEach, expect, test } from 'vitest'
import { ended, markOf } from '../../src/servers/processes.ts'
import { Supervised } from '../../src/stack/supervised.ts'

const started: Supervised[] = []
afterEach(async () => {
  await Promise.all(started.splice(0).map((each) => each.stop()))
})

function supervise(script: string, folder = tempDir('supervised')): { process: Supervised; folder: string; notices: string[] } {
  const file = path.join(folder, 'program.cjs')
  writeFileSync(file, script)
  const notices: string[] = []
  const process_ = new Supervised({
    id: 'bookings-1',
    title: 'bookings',
    args: [file],
    cwd: folder,
    env: { WORD: 'ready' },
    folder,
    onNotice: (sentence) => notices.push(sentence),
  })
  started.push(process_)
  return { process: process_, folder, notices }
}

const SERVER = 'console.log(process.env.WORD); setInterval(() => {}, 1000)'
const pidIn = (folder: string) => Number(readFileSync(path.join(folder, 'pids/bookings-1.pid'), 'utf8'))
const isUp = (supervised: Supervised, times = 1) =>
  waitFor(() => existsSync(supervised.logFile) && readFileSync(supervised.logFile, 'utf8').split('ready').length > times)

test('start — the program prints — its lines are in its log under its name, and its pid in its file', async () => {
  const { process: bookings, folder } = supervise(SERVER)
  bookings.start()
  await isUp(bookings)
  expect(readFileSync(bookings.logFile, 'utf8')).toBe('bookings-1 | ready\n')
  expect(pidIn(folder)).toBe(bookings.pid)
})

test('kill — SIGKILL — it is started again with another pid, and the person hears of it', async () => {
  const { process: bookings, folder, notices } = supervise(SERVER)
  bookings.start()
  await isUp(bookings)
  const before = pidIn(folder)
  await bookings.kill()
  await isUp(bookings, 2)
  expect(pidIn(folder)).not.toBe(before)
  expect(bookings.deaths).toBe(1)
  expect(notices).toEqual([expect.stringContaining('bookings ended (SIGKILL); starting it again in 200 ms')])
})

test('start — the program dies at each start — the waits grow', async () => {
  const { process: bookings, notices } = supervise('process.exit(7)')
  bookings.start()
  await waitFor(() => notices.length >= 3)
  expect(notices.slice(0, 3).map((notice) => /\(code 7\).* in (\d+) ms/.exec(notice)?.[1])).toEqual(['200', '400', '800'])
})

test('stop and start — in turn — it stays down in between and comes up once', async () => {
  const { process: bookings, folder } = supervise(SERVER)
  bookings.start()
  await isUp(bookings)
  await bookings.stop()
  expect(bookings.pid).toBeNull()
  expect(existsSync(path.join(folder, 'pids/bookings-1.pid'))).toBe(false)
  bookings.start()
  await isUp(bookings, 2)
  expect(bookings.deaths).toBe(0)
})

test('stop — a process that was stopped in its tracks — is woken and ends', async () => {
  const { process: bookings } = supervise(SERVER)
  bookings.start()
  await isUp(bookings)
  await bookings.kill('SIGSTOP')
  await bookings.stop()
  expect(bookings.pid).toBeNull()
})

test('clearLeftover — an earlier stack was killed and its service runs on — the service is ended', async () => {
  const { process: orphan, folder } = supervise(SERVER)
  orphan.start()
  await isUp(orphan)
  const pid = pidIn(folder)
  await supervise(SERVER, folder).process.clearLeftover()
  await waitFor(() => orphan.deaths === 1)
  await orphan.stop()
  expect(() => process.kill(pid, 0)).toThrow('ESRCH')
})

test('start — the stack is killed — its service closes by itself', async () => {
  const folder = tempDir('supervised')
  const program = path.join(folder, 'program.cjs')
  writeFileSync(program, SERVER)
  const stack = ManagedProcess.start(
    process.execPath,
    [
      '-e',
      `import(process.env.MODULE).then(({ Supervised }) => {
        const { FOLDER: folder, PROGRAM: program } = process.env
        const onLine = (line) => console.log(line)
        new Supervised({ id: 'bookings-1', title: 'bookings', args: [program], cwd: folder, env: { WORD: 'ready' }, folder, onLine, onNotice: onLine }).start()
      })`,
    ],
    { env: { MODULE: new URL('../../src/stack/supervised.ts', import.meta.url).href, FOLDER: folder, PROGRAM: program } },
  )
  await stack.waitForLine(/bookings-1 \| ready/)
  const service = markOf(pidIn(folder))
  await stack.kill('SIGKILL')
  expect(await ended(service, 10_000)).toBe(true)
})
