import { expect, test } from 'vitest'
import { ManagedProcess, shiftedClock, waitFor } from '../../src/index.ts'

const TELLS_THE_TIME = `
  const before = new Date()
  console.log('ready')
  setInterval(() => console.log([Date.now(), new Date().getTime(), new Date(5).getTime(), before instanceof Date, performance.now() < 60_000].join(' ')), 20)
`

test('a process — after SIGUSR2 — tells a wrong time everywhere, and its monotonic clock goes on', async () => {
  const { args, env } = shiftedClock(-600_000)
  const program = ManagedProcess.start(process.execPath, [...args, '-e', TELLS_THE_TIME], { env })
  await program.waitForLine(/^ready$/)
  process.kill(program.pid, 'SIGUSR2')
  await program.waitForLine(/the wall clock now says/)
  const seen = program.lines.length
  await program.waitForLine(/^\d+ \d+ 5 true true$/)
  await waitFor(() => program.lines.length > seen + 1, { what: 'the time after the jump' })
  const [now = 0, constructed = 0] = (program.lines.at(-1) ?? '').split(' ').map(Number)
  for (const told of [now, constructed]) expect(Math.abs(Date.now() - 600_000 - told)).toBeLessThan(30_000)
  await program.kill()
})
