import type { Money } from '@skyhold/contracts'
import type {
  IntentState,
  PaymentProvider,
  ProviderResult,
  RefundOrder,
  RefundResult,
  RefundState,
} from '../../services/bookings/src/clients/payment-provider.ts'
import { never, type World } from './world.ts'

/** Ways a card behaves. */
export const CARDS = ['pm_good', 'pm_good', 'pm_good', 'pm_declined', 'pm_asks', 'pm_slow'] as const

interface BankIntent {
  id: string
  paymentId: string
  bookingId: string
  amount: Money
  status: 'open' | 'requires_action' | 'processing' | 'captured' | 'canceled'
  declineCode: string | null
}

interface BankRefund {
  id: string
  refundId: string
  tries: number
  intentId: string
  amountMinor: number
  kind: RefundState['kind']
}

/** Whoever asks: the bank's view of a process. */
export interface Client {
  readonly isDead: boolean
  point(what: string): Promise<void>
}

const TIMEOUT_MS = 10_000
const STORED_ERROR = 'an error that is kept under this key'

class BankError extends Error {
  override name = 'BankError'
}

/** The payment provider with its own books, which no crash of ours touches. It keeps each key's answer, as Stripe does, an error of its own included. */
export class Bank {
  readonly intents = new Map<string, BankIntent>()
  readonly refunds: BankRefund[] = []
  readonly #world: World
  readonly #answers = new Map<string, () => unknown>()
  readonly #announce: (payload: string) => void

  constructor(world: World, announce: (payload: string) => void) {
    this.#world = world
    this.#announce = announce
  }

  /** Captured and not given back. */
  netOf(intent: BankIntent): number {
    const back = this.refunds.filter(({ intentId, kind }) => intentId === intent.id && kind === 'succeeded')
    return intent.status === 'captured' ? intent.amount.amountMinor - back.reduce((sum, { amountMinor }) => sum + amountMinor, 0) : 0
  }

  clientOf(client: Client): PaymentProvider {
    const ask = <T>(what: string, act: () => T) => this.#travel(client, what, act)
    return {
      createIntent: ({ paymentId, bookingId, amount }) =>
        ask(`create ${paymentId}`, () => this.#once(`${paymentId}:create`, () => this.#create(paymentId, bookingId, amount))),
      confirm: (intentId, { paymentId, paymentMethod }) =>
        ask(`confirm ${paymentId}`, () => this.#once(`${paymentId}:confirm`, () => this.#confirm(intentId, paymentMethod))).catch(
          (error: unknown): ProviderResult => ({ kind: 'unknown', reason: String(error) }),
        ),
      retrieve: (intentId) => ask(`retrieve ${intentId}`, () => stateOf(this.#intent(intentId))),
      cancel: (intentId) => ask(`cancel ${intentId}`, () => this.#cancel(intentId)),
      refund: (order) =>
        ask(`refund ${order.refundId}:${order.tries}`, () =>
          this.#once(`${order.refundId}:${order.tries}`, () => this.#refund(order)),
        ).catch(
          (error: unknown): RefundResult => ({
            kind: 'unknown',
            isStored: error instanceof BankError && error.message === STORED_ERROR,
            reason: String(error),
          }),
        ),
      findRefund: (order) => ask(`find refund ${order.refundId}`, () => this.#findRefund(order)),
      isSigned: () => true,
    }
  }

  /** There and back over the network: a request may be lost, late or come twice, an answer may be lost, and whoever waits gives up after a while. */
  async #travel<T>(client: Client, what: string, act: () => T): Promise<T> {
    const world = this.#world
    await client.point(`→ bank ${what}`)
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    const fate = world.hasFaults ? world.chance.next() : 1
    const late = fate < 0.1 ? world.chance.between(5_000, 60_000) : world.chance.between(20, 300)
    const isLost = fate >= 0.1 && fate < 0.13
    const isUnanswered = fate >= 0.13 && fate < 0.19
    if (!isLost)
      world.after(late, () => {
        const settle = outcomeOf(act, resolve, reject)
        world.note(`bank: ${what}`)
        if (world.strikes(0.05)) world.after(world.chance.between(1, 20_000), () => void outcomeOf(act, resolve, reject))
        if (!isUnanswered) world.after(world.chance.between(20, 300), settle)
      })
    world.after(TIMEOUT_MS, () => reject(new Error('the bank has not answered in time')))
    try {
      return await promise
    } finally {
      if (client.isDead) await never()
      await client.point(`← bank ${what}`)
    }
  }

  /** The first answer to a key is the answer. Now and then it is an error, after the work was done or before. */
  #once<T>(key: string, act: () => T): T {
    const known = this.#answers.get(key)
    if (known) return known() as T
    const isBroken = this.#world.strikes(0.04)
    const refuse = (): never => {
      throw new BankError(STORED_ERROR)
    }
    if (isBroken && this.#world.chance.hit(0.5)) {
      this.#answers.set(key, refuse)
      return refuse()
    }
    let answer: () => T
    try {
      const value = act()
      answer = () => value
    } catch (error) {
      answer = () => {
        throw error
      }
    }
    this.#answers.set(key, isBroken ? refuse : answer)
    return isBroken ? refuse() : answer()
  }

  #create(paymentId: string, bookingId: string, amount: Money): { id: string; clientSecret: string } {
    const id = `pi_${paymentId}`
    this.intents.set(id, { id, paymentId, bookingId, amount, status: 'open', declineCode: null })
    return { id, clientSecret: `${id}_secret` }
  }

  #intent(id: string): BankIntent {
    const intent = this.intents.get(id)
    if (!intent) throw new BankError(`no such intent: ${id}`)
    return intent
  }

  #confirm(id: string, card: string): ProviderResult {
    const intent = this.#intent(id)
    if (intent.status !== 'open') return { kind: 'unknown', reason: `the intent is ${intent.status}` }
    const { chance } = this.#world
    if (card === 'pm_declined') return this.#decline(intent, 'insufficient_funds')
    if (card === 'pm_good') return this.#capture(intent)
    intent.status = card === 'pm_asks' ? 'requires_action' : 'processing'
    const fate = chance.next()
    // The customer's bank decides by itself, and now and then nobody ever approves.
    if (card === 'pm_slow' || fate > 0.3)
      this.#world.after(chance.between(500, 90_000), () => {
        if (intent.status !== 'requires_action' && intent.status !== 'processing') return
        if (fate > 0.5) this.#capture(intent)
        else this.#decline(intent, 'authentication_failed')
      })
    return stateOf(intent) as ProviderResult
  }

  #capture(intent: BankIntent): ProviderResult {
    intent.status = 'captured'
    this.#world.note(`bank: ${intent.id} captured`)
    this.#tell(intent)
    return stateOf(intent) as ProviderResult
  }

  #decline(intent: BankIntent, declineCode: string): ProviderResult {
    Object.assign(intent, { status: 'open', declineCode })
    return { kind: 'declined', declineCode }
  }

  /** Several webhooks, late ones and none at all. */
  #tell(intent: BankIntent): void {
    const { chance } = this.#world
    const object = {
      id: intent.id,
      status: 'succeeded',
      amount_received: intent.amount.amountMinor,
      currency: intent.amount.currency.toLowerCase(),
    }
    const payload = JSON.stringify({ id: `evt_${intent.id}`, type: 'payment_intent.succeeded', data: { object } })
    const copies = this.#world.strikes(0.4) ? 0 : chance.between(1, 2)
    for (let i = 0; i < copies; i += 1)
      this.#world.after(chance.hit(0.8) ? chance.between(1, 2_000) : chance.between(2_000, 200_000), () => this.#announce(payload))
  }

  #cancel(id: string): boolean {
    const intent = this.#intent(id)
    if (intent.status === 'captured' || intent.status === 'processing') return false
    intent.status = 'canceled'
    return true
  }

  #refund({ refundId, tries, intentId, amount }: RefundOrder): RefundResult {
    const intent = this.#intent(intentId)
    const pending = this.refunds.filter((other) => other.intentId === intentId && other.kind === 'pending')
    const left = this.netOf(intent) - pending.reduce((sum, { amountMinor }) => sum + amountMinor, 0)
    if (amount.amountMinor > left) return { kind: 'refused', reason: `only ${left} is left` }
    const { chance } = this.#world
    const fate = this.#world.hasFaults ? chance.next() : 1
    const refund: BankRefund = {
      id: `re_${refundId}_${tries}`,
      refundId,
      tries,
      intentId,
      amountMinor: amount.amountMinor,
      kind: fate < 0.1 ? 'failed' : fate < 0.3 ? 'pending' : 'succeeded',
    }
    this.refunds.push(refund)
    if (refund.kind === 'pending')
      this.#world.after(chance.between(1_000, 60_000), () => (refund.kind = chance.hit(0.8) ? 'succeeded' : 'failed'))
    return { kind: refund.kind, providerId: refund.id }
  }

  #findRefund({ refundId, tries, intentId }: Pick<RefundOrder, 'refundId' | 'tries' | 'intentId'>): RefundState | null {
    const found = this.refunds.filter((refund) => refund.intentId === intentId && refund.refundId === refundId)
    const best =
      found.find(({ kind }) => kind === 'succeeded') ??
      found.find(({ kind }) => kind === 'pending') ??
      found.find((refund) => refund.tries === tries)
    return best ? { kind: best.kind, providerId: best.id } : null
  }
}

function outcomeOf<T>(act: () => T, resolve: (value: T) => void, reject: (error: unknown) => void): () => void {
  try {
    const value = act()
    return () => resolve(value)
  } catch (error) {
    return () => reject(error)
  }
}

function stateOf({ id, status, amount, declineCode }: BankIntent): IntentState {
  switch (status) {
    case 'captured':
      return { kind: 'captured', providerId: id, amount }
    case 'requires_action':
      return { kind: 'requires_action', clientSecret: `${id}_secret` }
    case 'canceled':
      return { kind: 'canceled', declineCode }
    case 'processing':
      return { kind: 'processing' }
    default:
      return { kind: 'open', declineCode }
  }
}
