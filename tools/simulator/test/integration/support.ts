import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadSettings } from '@skyhold/platform'
import Stripe from 'stripe'
import { onTestFinished } from 'vitest'
import { createSimulator, SIMULATOR_SETTINGS } from '../../src/app.ts'

export const WEBHOOK_SECRET = 'whsec_test'

export interface Received {
  body: string
  signature: string
  type: string
}

/** A shop's webhook address that answers as it is told and keeps what it got. */
export interface Receiver {
  url: string
  received: Received[]
  answer: number
  of(type: string): Received[]
}

export async function startReceiver(): Promise<Receiver> {
  const receiver: Receiver = { url: '', received: [], answer: 200, of: (type) => receiver.received.filter((one) => one.type === type) }
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString()
    })
    request.on('end', () => {
      receiver.received.push({ body, signature: String(request.headers['stripe-signature']), type: String(JSON.parse(body).type) })
      response.writeHead(receiver.answer).end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/webhooks/payments`
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return receiver
}

export function tempDir(): string {
  const folder = mkdtempSync(join(tmpdir(), 'skyhold-simulator-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export interface Running {
  url: string
  stripe: Stripe
  ledger: () => Promise<{
    charges: {
      id: string
      paymentIntent: string
      amountMinor: number
      currency: string
      refundedMinor: number
      metadata: Record<string, string>
      status: string
    }[]
    total: number
    nextCursor: string | null
  }>
  control: (change: Record<string, unknown>) => Promise<void>
  close: () => Promise<void>
}

/** A simulator on a free port with the real SDK before it. */
export async function startSimulator({
  folder = tempDir(),
  webhookUrl = 'http://127.0.0.1:9/',
  slowMs = 300,
  retries = 2,
} = {}): Promise<Running> {
  const settings = loadSettings(SIMULATOR_SETTINGS, {
    DATA_DIR: folder,
    WEBHOOK_URL: webhookUrl,
    SIM_SLOW_MS: String(slowMs),
    STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
    LOG_LEVEL: 'silent',
  })
  const service = createSimulator(settings, { port: 0 })
  await service.listen()
  await service.started
  onTestFinished(() => service.close())
  const { url } = service
  return {
    url,
    stripe: sdk(url, retries),
    ledger: async () => (await fetch(`${url}/ledger`)).json() as ReturnType<Running['ledger']>,
    control: async (change) => {
      const response = await fetch(`${url}/_control`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(change),
      })
      if (!response.ok) throw new Error(`control refused: ${await response.text()}`)
    },
    close: () => service.close(),
  }
}

export const sdk = (url: string, retries: number): Stripe =>
  new Stripe('sk_test_shop', {
    host: '127.0.0.1',
    port: Number(new URL(url).port),
    protocol: 'http',
    maxNetworkRetries: retries,
    telemetry: false,
    timeout: 10_000,
  })

export const ORDER = { amount: 1_234_500, currency: 'inr', metadata: { bookingId: 'bkg_1', paymentId: 'pay_1' } }

/** The SDK's error of a call that has to fail. */
export async function failureOf(call: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  try {
    await call
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) return error
    throw error
  }
  throw new Error('The call was expected to fail.')
}
