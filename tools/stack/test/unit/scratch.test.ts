import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { scratchFolder } from '../../src/testing/scratch.ts'

function aFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'skyhold-scratch-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

test('the folder of a run — with room in memory — is made there, and others may pass through it', () => {
  const memory = aFolder()
  const folder = scratchFolder(memory, 1)
  expect(path.dirname(folder)).toBe(memory)
  expect(statSync(folder).mode & 0o777).toBe(0o711)
})

test('the folder of a run — without room in memory, or without such a place — is made beside the others', () => {
  const memory = aFolder()
  for (const [place, bytes] of [
    [memory, Number.MAX_SAFE_INTEGER],
    [path.join(memory, 'nowhere'), 1],
  ] as const) {
    const folder = scratchFolder(place, bytes)
    onTestFinished(() => rmSync(folder, { recursive: true }))
    expect(path.dirname(folder)).toBe(os.tmpdir())
  }
  expect(readdirSync(memory)).toEqual([])
})
