import type { EventData } from '@skyhold/contracts'
import { describe, expect, test } from 'vitest'
import { getTemplate, isNoted } from '../../src/views/templates/index.ts'
import { bookingFacts, eventOf } from '../support/sample-events.ts'

const context = { publicUrl: 'https://fly.example', secretLink: async (handle: string) => `https://fly.example/#link=${handle}` }

function money(overrides: Partial<EventData<'refund.succeeded'>> = {}): EventData<'refund.succeeded'> {
  const { bookingId, reference, ownerId, contact } = bookingFacts()
  return {
    refundId: 'rfd_1',
    paymentId: 'pay_1',
    bookingId,
    reference,
    ownerId,
    contact,
    amount: { amountMinor: 1234500, currency: 'JPY' },
    reason: 'staff note',
    ...overrides,
  }
}

describe('e-mails about money', () => {
  test('refund-succeeded — names the amount by the digits of its currency and keeps the reason inside', async () => {
    const data = money()
    const { subject, html, text } = await getTemplate('refund-succeeded').render(eventOf('refund.succeeded', data), context)
    expect(subject).toBe(`Refund of JPY 1,234,500 for booking ${data.reference}`)
    expect(html + text).not.toContain('staff note')
  })

  test.each([
    ['with a reference', { reference: '<b>SKYHOLD-2026-0117</b>' }],
    ['without one', {}],
  ])(
    'refund-succeeded — of one that was given back in another way, %s — says so, and nothing of the card’s statement',
    async (_what, settlement) => {
      const mail = await getTemplate('refund-succeeded').render(eventOf('refund.succeeded', money({ settlement })), context)
      for (const part of [mail.text, mail.html]) {
        expect(part).toContain('in another way')
        expect(part).not.toMatch(/statement|to the card that paid for/)
        expect(part).not.toContain('undefined')
        expect(part.includes('SKYHOLD-2026-0117')).toBe('reference' in settlement)
      }
      expect(mail.html).not.toContain('<b>')
    },
  )

  test('payment-returned — names the amount and says nothing of the booking’s state', async () => {
    const { refundId: _, ...data } = money({ amount: { amountMinor: 1005, currency: 'KWD' } })
    const { text } = await getTemplate('payment-returned').render(eventOf('payment.returned', data), context)
    expect(text).toContain('KWD 1.005')
    expect(text).not.toMatch(/cancelled|expired|confirmed/)
  })

  test('a refund that needs attention — makes no e-mail, and is noted, because it makes the one of its success untrue', () => {
    expect(getTemplate('refund-succeeded').undoneBy).toEqual(['refund.needs_attention'])
    expect(isNoted(eventOf('refund.needs_attention', money()))).toBe(true)
    expect(isNoted(eventOf('refund.succeeded', money()))).toBe(false)
  })
})
