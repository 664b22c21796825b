import net from 'node:net'
import { expect, test } from 'vitest'
import { findFreePort, isListening, isPortFree } from '../../src/ports.ts'

test('findFreePort — with offsets — every port of the block is free and below the range of outgoing connections', async () => {
  const base = await findFreePort([0, 1, 10, 126])
  expect(base + 126).toBeLessThan(32_768)
  for (const offset of [0, 1, 10, 126]) expect(await isPortFree(base + offset)).toBe(true)
})

test('findFreePort — many ask at once — no two get the same', async () => {
  const ports = await Promise.all(Array.from({ length: 300 }, () => findFreePort()))
  expect(new Set(ports).size).toBe(300)
})

test('isListening, isPortFree — a server comes and goes — they say so', async () => {
  const port = await findFreePort()
  expect(await isListening(port)).toBe(false)
  const server = net.createServer()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  expect(await isListening(port)).toBe(true)
  expect(await isPortFree(port)).toBe(false)
  await new Promise((resolve) => server.close(resolve))
  expect(await isListening(port)).toBe(false)
})
