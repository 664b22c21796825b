import { describe, expect, test } from 'vitest'
import type { Observations } from '../../../src/observe/observations.ts'
import { bookingOf, callOf, chargeOf, mailOf, paymentOf, refundOf, soundObservations } from '../../support/histories.ts'
import { oneBooking, paying, violated } from '../../support/verdicts.ts'

describe('a planted anomaly of the money', () => {
  test.each<[string, Partial<Observations>]>([
    ['a second charge of the same payment', { ledger: [chargeOf(), chargeOf({ id: 'ch_2' })] }],
    [
      'a charge of a payment that nobody has',
      {
        ledger: [
          chargeOf({ refundedMinor: 0 }),
          chargeOf({ id: 'ch_2', refundedMinor: 1000, metadata: { bookingId: 'bkg_1', paymentId: 'pay_9' } }),
        ],
      },
    ],
    ['a charge for a booking that nobody has', { ledger: [chargeOf(), chargeOf({ id: 'ch_2', metadata: { bookingId: 'bkg_9' } })] }],
    ['a captured payment without a charge', { ledger: [] }],
    ['a charge of another amount', { ledger: [chargeOf({ amountMinor: 900 })] }],
    ['a refund at the provider that we have not', { ledger: [chargeOf({ refundedMinor: 400 })] }],
    [
      'refunds beyond what was captured',
      oneBooking(bookingOf({ refunds: [refundOf(), refundOf({ id: 'rfd_2', amount: { amountMinor: 1, currency: 'INR' } })] })),
    ],
  ])('I2 — %s — is found', (_what, change) => {
    expect(violated(paying(), { ...soundObservations(), ...change })).toContain('I2')
  })

  test('I2 — a charge that was made for a payment which says that it failed — is found', () => {
    const booking = bookingOf({ status: 'expired', payments: [paymentOf({ status: 'failed' })], passengers: [] })
    expect(violated(paying(), { ...soundObservations(), ...oneBooking(booking) })).toContain('I2')
  })

  test('I3 — an expired booking keeps its money — is found; with a refund under way it is none', () => {
    const expired = bookingOf({ status: 'expired' })
    const returning = bookingOf({ status: 'expired', refunds: [refundOf({ status: 'pending' })] })
    const others = { mails: [mailOf(), mailOf({ template: 'booking-expired', eventId: 'evt_2' })], seatMaps: [] }
    expect(violated(paying(), { ...soundObservations(), ...others, ...oneBooking(expired) })).toEqual(['I3'])
    expect(violated(paying(), { ...soundObservations(), ...others, ...oneBooking(returning) })).toEqual([])
  })

  test('I3 — a cancelled booking keeps more than the fee that was quoted — is found', () => {
    const cancelled = bookingOf({ status: 'cancelled', refunds: [refundOf({ amount: { amountMinor: 600, currency: 'INR' } })] })
    const observations = {
      ...soundObservations(),
      ...oneBooking(cancelled),
      ledger: [chargeOf({ refundedMinor: 600 })],
      mails: [mailOf({ template: 'booking-cancelled' })],
      seatMaps: [],
    }
    const quoted = (fee: number) =>
      callOf({
        operation: 'quote cancellation',
        method: 'POST',
        path: '/bookings/bkg_1/cancellations',
        status: 201,
        key: `q${fee}`,
        body: { id: 'cxl_1', fee: { amountMinor: fee, currency: 'INR' } },
      })
    expect(violated([...paying(), quoted(400)], observations)).toEqual([])
    expect(violated([...paying(), quoted(300)], observations)).toEqual(['I3'])
  })

  test('I3 — confirmed with fewer tickets than seats — is found', () => {
    expect(violated(paying(), { ...soundObservations(), ...oneBooking(bookingOf({ passengers: [] })), seatMaps: [] })).toContain('I3')
  })

  test('I4 — a sold seat whose payment was given back in full — is found', () => {
    const booking = bookingOf({ payments: [paymentOf({ status: 'refunded' })], refunds: [refundOf()] })
    expect(violated(paying(), { ...soundObservations(), ...oneBooking(booking), ledger: [chargeOf({ refundedMinor: 1000 })] })).toEqual([
      'I4',
    ])
  })
})
