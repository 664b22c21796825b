import type { BookingStatus, CreateBooking, CreatePayment } from '@skyhold/contracts'
import { PAGE_LIMIT_DEFAULT } from '@skyhold/contracts'
import { acceptedVersions, callerOf, type Cursors } from '@skyhold/platform'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { bookHold } from '../services/book-hold.ts'
import { changeContact } from '../services/change-contact.ts'
import { confirmPayment } from '../services/confirm-payment.ts'
import type { Parts } from '../services/parts.ts'
import { payForBooking } from '../services/pay-for-booking.ts'
import { getPayment, listPayments } from '../services/read-payments.ts'
import { getBooking, listBookings, lookUpBooking } from '../services/read-bookings.ts'
import { actorOf, keyOf, located, sendAnswer, sendTagged } from './request.ts'

const idOf = (request: FastifyRequest): string => (request.params as { id: string }).id

interface ListQuery {
  limit?: number
  cursor?: string
  reference?: string
  familyName?: string
  email?: string
  flightId?: string
  status?: BookingStatus
}

export function bookingControllers(parts: Parts, cursors: Cursors) {
  return {
    async create(request: FastifyRequest & { body: CreateBooking }, reply: FastifyReply) {
      const actor = await actorOf(request, parts)
      const answer = await bookHold({ ...keyOf(request, actor), body: request.body, actor }, parts)
      const headers: Record<string, string> = answer.status === 201 ? { location: `/api/v1/bookings/${String(answer.body.id)}` } : {}
      return sendAnswer(reply, { ...answer, headers })
    },
    list: (request: FastifyRequest & { query: ListQuery }) =>
      listBookings({ ...request.query, limit: request.query.limit ?? PAGE_LIMIT_DEFAULT, caller: callerOf(request) }, parts, cursors),
    async read(request: FastifyRequest, reply: FastifyReply) {
      const { view, version } = await getBooking({ bookingId: idOf(request), actor: await actorOf(request, parts) }, parts)
      return reply.header('etag', `"${version}"`).header('cache-control', 'private, no-cache').send(view)
    },
    lookUp: (request: FastifyRequest & { body: { reference: string; familyName: string } }) => lookUpBooking(request.body, parts),
    async pay(request: FastifyRequest & { body: CreatePayment }, reply: FastifyReply) {
      const actor = await actorOf(request, parts)
      const answer = await payForBooking({ ...keyOf(request, actor), bookingId: idOf(request), body: request.body, actor }, parts)
      return sendAnswer(reply, located(answer, 'payments'))
    },
    async changeContact(request: FastifyRequest & { body: { contact: { email: string; phone?: string } } }, reply: FastifyReply) {
      const actor = await actorOf(request, parts)
      const { view, version } = await changeContact(
        {
          bookingId: idOf(request),
          contact: request.body.contact,
          isSeen: acceptedVersions(request.headers['if-match'], TAG),
          actor,
          requestId: request.id,
        },
        parts,
      )
      return reply.header('etag', `"${version}"`).send(view)
    },
    listPayments: async (request: FastifyRequest) =>
      listPayments({ bookingId: idOf(request), actor: await actorOf(request, parts) }, parts),
    async readPayment(request: FastifyRequest, reply: FastifyReply) {
      const payment = await getPayment({ paymentId: idOf(request), actor: await actorOf(request, parts) }, parts)
      return sendTagged(reply, payment)
    },
    async confirmPayment(request: FastifyRequest, reply: FastifyReply) {
      const actor = await actorOf(request, parts)
      const answer = await confirmPayment({ ...keyOf(request, actor), paymentId: idOf(request), actor }, parts)
      return sendAnswer(reply, located(answer, 'payments'))
    },
  }
}

/** A booking's tag is its version. */
const TAG = /^"(\d{1,15})"$/
