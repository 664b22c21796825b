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
  /** The cardholder complains at his bank about the charge of an intent. */
  dispute(intentId: string, reason: string): Promise<{ id: string }>
  /** Somebody gives money back on the provider's own page, with the id of a refund of ours where he writes it in. Its id. */
  giveBack(given: { intentId: string; amountMinor: number; refundId?: string }): Promise<string>
  decideDispute(disputeId: string, status: 'needs_response' | 'under_review' | 'won' | 'lost'): Promise<void>
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
  const control = async (path: string, body: object): Promise<unknown> => {
    const response = await fetch(`${url}/_control${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`the simulator refuses ${JSON.stringify(body)}: ${await response.text()}`)
    return response.json()
  }
  return {
    url,
    async chargesOf(bookingId) {
      const { charges } = (await (await fetch(`${url}/ledger`)).json()) as { charges: Charge[] }
      return charges.filter(({ metadata }) => metadata.bookingId === bookingId)
    },
    behave: async (change) => void (await control('', change)),
    dispute: async (paymentIntent, reason) => (await control('/disputes', { paymentIntent, reason })) as { id: string },
    async giveBack({ intentId, amountMinor, refundId }) {
      const named = refundId === undefined ? {} : { 'metadata[refundId]': refundId }
      const response = await fetch(`${url}/v1/refunds`, {
        method: 'POST',
        headers: { authorization: 'Bearer sk_test_simulator', 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ payment_intent: intentId, amount: String(amountMinor), ...named }),
      })
      if (!response.ok) throw new Error(`the simulator refuses a refund: ${await response.text()}`)
      return ((await response.json()) as { id: string }).id
    },
    decideDispute: async (disputeId, status) => void (await control(`/disputes/${disputeId}`, { status })),
    async decide(clientSecret, decision) {
      await fetch(`${url}/3ds/${clientSecret}`, { method: 'POST', body: new URLSearchParams({ decision }), redirect: 'manual' })
    },
    close: () => service.close(),
  }
}
