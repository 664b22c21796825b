import { CreateRefund, Id, ListOf, Refund, rolesWith, SettleRefund } from '@skyhold/contracts'
import { type App, refusals } from '@skyhold/platform'
import { Type } from 'typebox'
import { refundControllers } from '../controllers/refunds.ts'
import type { Parts } from '../services/parts.ts'
import { EVERYONE, NeedsKey } from './shared.ts'

const ofPayment = Type.Object({ id: Id('payment') })
const ofRefund = Type.Object({ id: Id('refund') })
const admin = { access: rolesWith('refunds.make') }
/** Signed in, or with the token of a look-up. */
const opened = { access: EVERYONE, bookingToken: true } as const
const tags = ['refunds']

export function refundRoutes(http: App, parts: Parts): void {
  const refunds = refundControllers(parts)
  http.post(
    '/api/v1/payments/:id/refunds',
    {
      config: admin,
      schema: {
        tags,
        operationId: 'createRefund',
        summary: 'Refund a payment in part or, without an amount, all that is left of it',
        description: 'A refund that leaves a confirmed booking without money cancels it.',
        params: ofPayment,
        headers: NeedsKey,
        body: CreateRefund,
        response: {
          201: Refund,
          202: Refund,
          ...refusals(
            'invalid_request',
            'idempotency_key_required',
            'unauthenticated',
            'forbidden',
            'payment_not_found',
            'not_refundable',
            'refund_exceeds_captured',
            'request_in_progress',
            'idempotency_key_reused',
          ),
        },
      },
    },
    refunds.create,
  )
  http.get(
    '/api/v1/payments/:id/refunds',
    {
      config: opened,
      schema: {
        tags,
        operationId: 'listRefunds',
        summary: 'List the refunds of a payment',
        params: ofPayment,
        response: { 200: ListOf(Refund), ...refusals('unauthenticated', 'payment_not_found') },
      },
    },
    refunds.list,
  )
  http.get(
    '/api/v1/refunds/:id',
    {
      config: opened,
      schema: {
        tags,
        operationId: 'readRefund',
        summary: 'Read a refund',
        params: ofRefund,
        response: { 200: Refund, ...refusals('unauthenticated', 'refund_not_found') },
      },
    },
    refunds.read,
  )
  http.post(
    '/api/v1/refunds/:id/retry',
    {
      config: admin,
      schema: {
        tags,
        operationId: 'retryRefund',
        summary: 'Send a refund again that failed at the provider',
        params: ofRefund,
        headers: NeedsKey,
        response: {
          200: Refund,
          202: Refund,
          ...refusals(
            'idempotency_key_required',
            'unauthenticated',
            'forbidden',
            'refund_not_found',
            'invalid_transition',
            'refund_exceeds_captured',
            'request_in_progress',
            'idempotency_key_reused',
          ),
        },
      },
    },
    refunds.retry,
  )
  http.post(
    '/api/v1/refunds/:id/settlement',
    {
      config: admin,
      schema: {
        tags,
        operationId: 'settleRefund',
        summary: 'Book a refund that failed at the provider and was given back in another way',
        description: 'For a refund in `needs_attention`: it has succeeded from then on, and is not sent to the provider any more.',
        params: ofRefund,
        headers: NeedsKey,
        body: SettleRefund,
        response: {
          200: Refund,
          ...refusals(
            'invalid_request',
            'idempotency_key_required',
            'unauthenticated',
            'forbidden',
            'refund_not_found',
            'invalid_transition',
            'refund_exceeds_captured',
            'request_in_progress',
            'idempotency_key_reused',
          ),
        },
      },
    },
    refunds.settle,
  )
}
