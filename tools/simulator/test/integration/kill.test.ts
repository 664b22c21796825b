import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test, vi } from 'vitest'
import { ORDER, sdk, tempDir } from './support.ts'

const SERVER = fileURLToPath(new URL('../../src/server.ts', import.meta.url))

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function startProcess(folder: string, port: number): Promise<ChildProcess> {
  const env = { ...process.env, DATA_DIR: folder, LISTEN_PORT: String(port), WEBHOOK_URL: 'http://127.0.0.1:9/', LOG_LEVEL: 'error' }
  const child = spawn(process.execPath, [SERVER], { env, stdio: 'inherit', cwd: folder })
  onTestFinished(() => void child.kill('SIGKILL'))
  await vi.waitFor(async () => expect((await fetch(`http://127.0.0.1:${port}/health/ready`)).status).toBe(200), {
    timeout: 20_000,
    interval: 50,
  })
  return child
}

test('kill -9 under load — every payment that was answered stands in the ledger, and no key charges twice', async () => {
  const folder = tempDir()
  const port = await freePort()
  const first = await startProcess(folder, port)
  const url = `http://127.0.0.1:${port}`
  const pay = (n: number) =>
    sdk(url, 0).paymentIntents.create({ ...ORDER, payment_method: 'pm_card_visa', confirm: true }, { idempotencyKey: `k${n}` })
  const answered = new Set<string>()
  const keys = Array.from({ length: 200 }, (_, n) => n)
  const paying = keys.map(async (n) => {
    const intent = await pay(n)
    answered.add(intent.id)
    if (answered.size === 50) first.kill('SIGKILL')
  })
  await Promise.allSettled(paying)
  expect(answered.size).toBeGreaterThanOrEqual(50)

  await startProcess(folder, port)
  const charged = async () =>
    ((await (await fetch(`${url}/ledger`)).json()) as { charges: { paymentIntent: string }[] }).charges.map((line) => line.paymentIntent)
  const survivors = new Set(await charged())
  expect([...answered].filter((id) => !survivors.has(id))).toEqual([])
  await Promise.all(keys.map(pay))
  expect(await charged()).toHaveLength(keys.length)
}, 60_000)
