import type { BookingFacts, EventData } from '@skyhold/contracts'
import { describe, expect, test } from 'vitest'
import type { Mail } from '../../src/views/mail.ts'
import { getTemplate, templatesFor } from '../../src/views/templates/index.ts'
import { bookingFacts, eventOf, factsWithName } from '../support/sample-events.ts'

const context = { publicUrl: 'https://fly.example' }

const confirmed = (facts: BookingFacts): Promise<Mail> =>
  getTemplate('booking-confirmed').render(eventOf('booking.confirmed', facts), context)

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

describe('booking-confirmed', () => {
  test('two flights — says the reference, both local times with their offsets, seats, tickets and the total', async () => {
    const facts = bookingFacts()
    const { subject, html, text } = await confirmed(facts)
    expect(subject).toBe(`Booking ${facts.reference} confirmed: Bengaluru – London – New York`)
    for (const part of [text, html]) {
      for (const said of [
        facts.reference,
        'SK 201',
        'Skyhold Air',
        'Thu 31 Dec 2026',
        '22:40',
        'UTC+05:30',
        '03:50',
        'JFK',
        'UTC-05:00',
        '12A',
        '31K',
        '999-2400000001',
      ])
        expect(part).toContain(said)
      expect(part).toContain('INR 49,380.00')
    }
    expect(html).toContain(' (+1 day)')
    expect(html).toContain('<html lang="en"')
  })

  test('its attachments — are a ticket and a calendar file named after the booking', async () => {
    const facts = bookingFacts()
    const { attachments } = await confirmed(facts)
    expect(attachments.map(({ filename, contentType }) => [filename, contentType.split(';')[0]])).toEqual([
      [`ticket-${facts.reference}.pdf`, 'application/pdf'],
      [`flights-${facts.reference}.ics`, 'text/calendar'],
    ])
  })

  test('markup in a name — is shown as text and never runs', async () => {
    const { html, text } = await confirmed(factsWithName('<script>alert(1)</script>', '"><img src=x onerror=alert(1)>'))
    expect(html).not.toMatch(/<script|<img/)
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
    expect(text).toContain('<script>alert(1)</script>')
  })

  test.each([
    ["O'Brien", 'O&#39;Brien'],
    ['Nguyễn', 'Nguyễn'],
    ['Nguyễn'.normalize('NFD'), 'Nguyễn'.normalize('NFD')],
    ['✈️ Sky 👩‍🚀', '✈️ Sky 👩‍🚀'],
    ['الهاشمي', 'الهاشمي'],
    ['王', '王'],
    ['Ł'.repeat(200), 'Ł'.repeat(200)],
    ['A\u0000B\u0007C', 'ABC'],
    ['lone \ud800 half', 'lone \ufffd half'],
  ])('family name %j — is whole in the HTML and the text, and the ticket is made', async (familyName, inHtml) => {
    const { html, text, attachments } = await confirmed(factsWithName(familyName))
    expect(html).toContain(inHtml)
    expect(text).toContain(inHtml.replace('&#39;', "'"))
    expect(attachments[0]?.content.slice(0, 5).toString()).toBe('%PDF-')
  })

  test('nine passengers on six flights — makes a ticket of several pages', async () => {
    const facts = bookingFacts()
    const many = {
      ...facts,
      flights: Array.from({ length: 3 }, () => facts.flights).flat(),
      passengers: Array.from({ length: 5 }, () => facts.passengers)
        .flat()
        .slice(0, 9),
    }
    const { attachments } = await confirmed(many)
    expect(attachments[0]?.content.toString('latin1').match(/\/Type \/Page\b/g)?.length).toBeGreaterThan(5)
  })
})

describe('subject', () => {
  test('a city with a line break and a header — stays one line', async () => {
    const facts = bookingFacts()
    for (const { flight } of facts.flights) flight.from.city = 'London\r\nBcc: everybody@example.com\u2028'
    const { subject } = await confirmed(facts)
    expect(subject).not.toMatch(/[\r\n\u2028]/)
    expect(subject).toContain('London Bcc: everybody@example.com')
  })

  test('a route of a thousand letters — is shortened', async () => {
    const facts = bookingFacts()
    for (const { flight } of facts.flights) flight.from.city = '✈'.repeat(500)
    expect(Array.from((await confirmed(facts)).subject)).toHaveLength(180)
  })
})

describe('other templates', () => {
  test('booking-expired — says so, and nothing of money', async () => {
    const facts = bookingFacts()
    const { subject, text, attachments } = await getTemplate('booking-expired').render(eventOf('booking.expired', facts), context)
    expect(subject).toBe(`Booking ${facts.reference} has expired`)
    expect(text).toContain('the time to pay')
    expect(text).not.toMatch(/charge|refund|INR/)
    expect(attachments).toEqual([])
  })

  test('booking-cancelled — takes the flights out of the calendar', async () => {
    const { attachments } = await getTemplate('booking-cancelled').render(eventOf('booking.cancelled', bookingFacts()), context)
    expect(String(attachments[0]?.content)).toMatch(/METHOD:CANCEL[\s\S]*STATUS:CANCELLED/)
  })

  test('refund-succeeded — names the amount by the digits of its currency and keeps the reason inside', async () => {
    const data = money()
    const { subject, html, text } = await getTemplate('refund-succeeded').render(eventOf('refund.succeeded', data), context)
    expect(subject).toBe(`Refund of JPY 1,234,500 for booking ${data.reference}`)
    expect(html + text).not.toContain('staff note')
  })

  test('payment-returned — names the amount and says nothing of the booking’s state', async () => {
    const { refundId: _, ...data } = money({ amount: { amountMinor: 1005, currency: 'KWD' } })
    const { text } = await getTemplate('payment-returned').render(eventOf('payment.returned', data), context)
    expect(text).toContain('KWD 1.005')
    expect(text).not.toMatch(/cancelled|expired|confirmed/)
  })

  test('welcome — greets by the given names and leads to the site', async () => {
    const data = { userId: 'usr_1', email: 'sean@example.com', givenNames: 'Seán', familyName: "O'Brien" }
    const { html, text } = await getTemplate('welcome').render(eventOf('user.registered', data), context)
    expect(text).toContain('Hello Seán')
    expect(html).toContain('href="https://fly.example/"')
  })

  test('booking.created — makes no e-mail', () => {
    expect(templatesFor('booking.created')).toEqual([])
  })

  test('an event of another type — is refused', async () => {
    await expect(getTemplate('welcome').render(eventOf('booking.expired', bookingFacts()), context)).rejects.toThrow(
      'welcome is for user.registered',
    )
  })
})
