import { tempDir } from '@skyhold/testkit'
import { createSimulator } from '@skyhold/simulator'
import { simulatorSettings } from '@skyhold/simulator/config'

/** What the provider's books say about a charge. */
export interface Charge {
  paymentIntent: string
  amountMinor: number
  refundedMinor: number
  metadata: { bookingId?: string; paymentId?: string }
}

export interface SimulatedProvider {
  url: string
  /** The charges of a booking, from the provider's books. */
  chargesOf(bookingId: string): Promise<Charge[]>
  /** Changes how the provider behaves; see the simulator's README. */
  behave(change: Record<string, unknown>): Promise<void>
  /** The customer's bank approves or rejects. */
  decide(clientSecret: string, decision: 'approve' | 'reject'): Promise<void>
  close(): Promise<void>
}

export interface ProviderOptions {
  port: number
  /** Where its webhooks go. */
  webhookUrl: string
  slowMs: number
}

/** The payment simulator in this process, with books of its own. */
export async function startProvider({ port, webhookUrl, slowMs }: ProviderOptions): Promise<SimulatedProvider> {
  const settings = simulatorSettings({
    DATA_DIR: tempDir('provider'),
    WEBHOOK_URL: webhookUrl,
    SIM_SLOW_MS: String(slowMs),
    LOG_LEVEL: 'silent',
  })
  const service = createSimulator(settings, { port })
  await service.listen()
  await service.started
  const { url } = service
  return {
    url,
    async chargesOf(bookingId) {
      const { charges } = (await (await fetch(`${url}/ledger`)).json()) as { charges: Charge[] }
      return charges.filter(({ metadata }) => metadata.bookingId === bookingId)
    },
    async behave(change) {
      const response = await fetch(`${url}/_control`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(change),
      })
      if (!response.ok) throw new Error(`the simulator refuses ${JSON.stringify(change)}: ${await response.text()}`)
    },
    async decide(clientSecret, decision) {
      await fetch(`${url}/3ds/${clientSecret}`, { method: 'POST', body: new URLSearchParams({ decision }), redirect: 'manual' })
    },
    close: () => service.close(),
  }
}
