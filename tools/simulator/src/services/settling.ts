import type { Settlement } from '../repositories/settlements.ts'
import { charge } from './charging.ts'
import { nobodysCall, type Provider } from './provider.ts'
import { failRefund, succeedRefund } from './refunds.ts'

/** Does what has fallen due. Each looks at the object's state again: what was cancelled meanwhile stays cancelled. */
export async function settleDue(provider: Provider): Promise<number> {
  const due = provider.settlements.listDue(Date.now())
  await Promise.all(
    due.map((settlement) =>
      provider.store.commit(() => {
        settle(provider, settlement)
        provider.settlements.remove(settlement.seq)
      }),
    ),
  )
  return due.length
}

function settle(provider: Provider, { kind, objectId }: Settlement): void {
  if (kind === 'intent_succeeds') {
    const intent = provider.intents.get(objectId)
    if (intent.status === 'processing') charge(provider, intent, nobodysCall)
    return
  }
  const refund = provider.refunds.get(objectId)
  if (kind === 'refund_succeeds' && refund.status === 'pending') succeedRefund(provider, refund, nobodysCall)
  if (kind === 'refund_fails' && refund.status !== 'failed') failRefund(provider, refund, nobodysCall)
}
