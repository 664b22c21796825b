import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { PortClaims } from '../../src/port-claims.ts'
import { tempDir } from '../../src/temp-dir.ts'

const source = path.resolve(import.meta.dirname, '../../src/port-claims.ts')

/** What another process has of these ports; it ends after that, by itself or as it is told. */
function takenByAnother(folder: string, ports: number[], ending = ''): boolean[] {
  const script = `
    import { PortClaims } from ${JSON.stringify(source)}
    const claims = new PortClaims(${JSON.stringify(folder)})
    process.stdout.write(JSON.stringify(${JSON.stringify(ports)}.map((port) => claims.take(port))))
    ${ending}`
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
  return JSON.parse(stdout) as boolean[]
}

test('claims — two processes want the same port — the first has it', () => {
  const folder = tempDir('claims')
  const claims = new PortClaims(folder)
  expect(claims.take(20_001)).toBe(true)
  expect(claims.take(20_001)).toBe(false)
  expect(takenByAnother(folder, [20_001, 20_002])).toEqual([false, true])
})

test('claims — a port is given back, or its process ends — it is for the next', () => {
  const folder = tempDir('claims')
  const claims = new PortClaims(folder)
  claims.take(20_001)
  claims.release(20_001)
  expect(takenByAnother(folder, [20_001])).toEqual([true])
  expect(readdirSync(folder)).toEqual([])
  expect(claims.take(20_001)).toBe(true)
})

test('claims — a process gives back what another has — that keeps it', () => {
  const folder = tempDir('claims')
  new PortClaims(folder).take(20_001)
  const other = new PortClaims(folder)
  other.release(20_001)
  expect(other.take(20_001)).toBe(false)
})

test('claims — a process is killed with a port — whoever asks second has it', () => {
  const folder = tempDir('claims')
  expect(takenByAnother(folder, [20_001], "process.kill(process.pid, 'SIGKILL')")).toEqual([true])
  expect(existsSync(path.join(folder, '20001'))).toBe(true)
  const claims = new PortClaims(folder)
  expect(claims.take(20_001)).toBe(false)
  expect(claims.take(20_001)).toBe(true)
})

test('claims — a file is still being written — it counts', () => {
  const folder = tempDir('claims')
  writeFileSync(path.join(folder, '20001'), '')
  const claims = new PortClaims(folder)
  expect([claims.take(20_001), claims.take(20_001)]).toEqual([false, false])
})
