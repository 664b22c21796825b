import { ACCESS_CHANGES, type BookingFacts } from '@skyhold/contracts'
import { describe, expect, test } from 'vitest'
import type { Mail } from '../../src/views/mail.ts'
import { getTemplate, templatesFor } from '../../src/views/templates/index.ts'
import { bookingFacts, eventOf, factsWithName } from '../support/sample-events.ts'

const context = { publicUrl: 'https://fly.example', secretLink: async (handle: string) => `https://fly.example/#link=${handle}` }

const confirmed = (facts: BookingFacts): Promise<Mail> =>
  getTemplate('booking-confirmed').render(eventOf('booking.confirmed', facts), context)

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

  test('welcome — greets by the given names and leads to the site', async () => {
    const data = { userId: 'usr_1', email: 'sean@example.com', givenNames: 'Seán', familyName: "O'Brien" }
    const { html, text } = await getTemplate('welcome').render(eventOf('user.registered', data), context)
    expect(text).toContain('Hello Seán')
    expect(html).toContain('href="https://fly.example/"')
  })

  test.each(ACCESS_CHANGES)('access-changed — %s — says what it is, what to do if it was somebody else, and no secret', async (change) => {
    const data = { userId: 'usr_1', email: 'sean@example.com', givenNames: '<b>Seán</b>', familyName: "O'Brien", change }
    const { subject, html, text } = await getTemplate('access-changed').render(eventOf('user.access_changed', data), context)
    expect(subject.length).toBeGreaterThan(10)
    for (const body of [html, text]) expect(body).toContain('If it was not you, set a new password at once')
    expect(text).toContain('Hello <b>Seán</b>')
    expect(html).not.toContain('<b>Seán')
    expect(html).toContain('href="https://fly.example/"')
  })

  test('access-changed — of each kind — has a subject of its own', () => {
    const subjects = ACCESS_CHANGES.map((change) => {
      const data = { userId: 'usr_1', email: 'sean@example.com', givenNames: 'S', familyName: 'B', change }
      return getTemplate('access-changed').subject(eventOf('user.access_changed', data))
    })
    expect(new Set(subjects).size).toBe(ACCESS_CHANGES.length)
  })

  test('an event of another type — is refused', async () => {
    await expect(getTemplate('welcome').render(eventOf('booking.expired', bookingFacts()), context)).rejects.toThrow(
      'welcome is for user.registered',
    )
  })
})

const inr = (amountMinor: number) => ({ amountMinor, currency: 'INR' })
const cancelledFacts = (cancellation: Partial<NonNullable<BookingFacts['cancellation']>>): BookingFacts =>
  bookingFacts({ cancellation: { cause: 'customer', refund: inr(0), fee: inr(0), ...cancellation } })
/** The e-mail that a cancellation makes, whichever it is. */
async function cancellationMail(facts: BookingFacts): Promise<Mail & { template: string }> {
  const event = eventOf('booking.cancelled', facts)
  const [template, ...more] = templatesFor(event)
  if (!template || more.length > 0) throw new Error(`${more.length + 1} templates tell of one cancellation`)
  return { template: template.name, ...(await template.render(event, context)) }
}

describe('booking-held', () => {
  const held = (facts: BookingFacts) => eventOf('booking.created', facts, { occurredAt: '2026-11-20T08:30:00.000Z' })
  const facts = bookingFacts({ expiresAt: '2026-11-20T08:40:00.000Z' })
  const template = getTemplate('booking-held')

  test('ten minutes to pay — is due after one of them and untrue after all of them', () => {
    expect(template.dueAtMs(held(facts))).toBe(Date.parse('2026-11-20T08:31:00Z'))
    expect(template.validUntilMs(held(facts))).toBe(Date.parse('2026-11-20T08:40:00Z'))
  })

  test('a booking made — says until when to pay, what, and how much', async () => {
    const { subject, html, text, attachments } = await template.render(held(facts), context)
    expect(subject).toBe(`Booking ${facts.reference}: please pay, your seats are held at least until 08:40 UTC`)
    for (const part of [html, text])
      for (const said of ['Fri 20 Nov 2026, 08:40 UTC', facts.reference, 'SK 201', '12A', 'INR 49,380.00', 'https://fly.example/'])
        expect(part).toContain(said)
    // An extension is not known here: what is said holds with one too.
    for (const part of [subject, html, text]) expect(part).not.toMatch(/held until/)
    for (const part of [html, text]) expect(part).toContain('Unless you extend the time')
    expect(text).not.toContain('confirmed')
    expect(attachments).toEqual([])
  })

  test('a booking without a time to pay by — makes no reminder', () => {
    expect(templatesFor(held(bookingFacts()))).toEqual([])
  })
})

describe('booking-cancelled', () => {
  test.each([
    [inr(1234500), inr(100), ['INR 12,345.00 goes back to the card', 'INR 1.00 is kept as the cancellation fee']],
    [inr(1234500), inr(0), ['INR 12,345.00 goes back to the card', 'No fee is kept']],
    [inr(0), inr(4938000), ['not refundable', 'INR 49,380.00 is kept', 'nothing goes back']],
    [inr(0), inr(0), ['no payment to give back']],
  ])('refund %j and fee %j — are told in HTML and text', async (refund, fee, told) => {
    const { template, html, text } = await cancellationMail(cancelledFacts({ refund, fee }))
    expect(template).toBe('booking-cancelled')
    for (const said of told) for (const part of [html, text]) expect(part).toContain(said)
  })

  test('by the airline — says so and keeps the staff’s note inside', async () => {
    const { html, text } = await cancellationMail(cancelledFacts({ cause: 'airline', refund: inr(100), reason: 'staff note' }))
    expect(text).toContain('cancelled by the airline')
    expect(html + text).not.toContain('staff note')
  })

  test('while nobody knows whether the card was charged — neither promises money nor says that there is none', async () => {
    const { html, text } = await cancellationMail(cancelledFacts({ cause: 'airline', refund: inr(0), fee: inr(0), isPaymentOpen: true }))
    for (const part of [html, text]) {
      expect(part).toContain(
        'We do not know yet whether your card was charged. If it was, all of it goes back, and another e-mail tells you.',
      )
      expect(part).not.toContain('no payment')
    }
  })

  test('for a flight that had left before the payment was known — says which, and what goes back', async () => {
    const facts = cancelledFacts({ cause: 'airline', refund: inr(4938000), fee: inr(0) })
    const departedFlightId = facts.flights[1]?.flight.id
    if (!facts.cancellation || !departedFlightId) throw new Error('the sample has a cancellation and two flights')
    const { template, html, text } = await cancellationMail({ ...facts, cancellation: { ...facts.cancellation, departedFlightId } })
    expect(template).toBe('booking-cancelled')
    for (const part of [html, text]) {
      expect(part).toContain('Flight SK 17 had left before we knew that your payment was made.')
      expect(part).toContain('INR 49,380.00 goes back')
    }
  })

  test('facts of an older version — promise nothing of the money', async () => {
    const { template, text } = await cancellationMail(bookingFacts())
    expect(template).toBe('booking-cancelled')
    expect(text).toContain('If a refund is due')
    expect(text).not.toContain('INR')
  })

  test('its file — takes the flights out of the calendar', async () => {
    const { subject, attachments } = await cancellationMail(cancelledFacts({}))
    expect(subject).toMatch(/^Booking [A-Z0-9]{6} is cancelled$/)
    expect(String(attachments[0]?.content)).toMatch(/METHOD:CANCEL[\s\S]*STATUS:CANCELLED/)
  })
})

describe('flight-cancelled', () => {
  const reason = 'Sturm über <Mumbai>'
  const ofFlight = (position: number): BookingFacts => {
    const facts = cancelledFacts({ cause: 'flight_cancelled', refund: inr(4938000), reason })
    const flightId = facts.flights[position]?.flight.id
    return { ...facts, ...(facts.cancellation && flightId && { cancellation: { ...facts.cancellation, flightId } }) }
  }

  test('the second of two flights — is named with its day, the reason and what goes back, and the whole booking is off', async () => {
    const facts = ofFlight(1)
    const { template, subject, html, text, attachments } = await cancellationMail(facts)
    expect(template).toBe('flight-cancelled')
    expect(subject).toBe(`Flight SK 17 is cancelled: booking ${facts.reference}`)
    for (const part of [html, text])
      for (const said of [
        'flight SK 17 from London to New York on Fri 1 Jan 2027',
        'whole booking',
        'INR 49,380.00 goes back',
        'No fee',
        facts.reference,
      ])
        expect(part).toContain(said)
    expect(text).toContain('SK 17, Skyhold Air (cancelled)')
    expect(text).toContain('SK 201, Skyhold Air\n')
    expect(text).toContain(reason)
    expect(html).toContain('Sturm über &lt;Mumbai&gt;')
    expect(String(attachments[0]?.content)).toContain('METHOD:CANCEL')
  })

  test('an unpaid booking — is told that there is nothing to give back', async () => {
    const facts = ofFlight(0)
    const unpaid = { ...facts, ...(facts.cancellation && { cancellation: { ...facts.cancellation, refund: inr(0) } }) }
    expect((await cancellationMail(unpaid)).text).toContain('no payment to give back')
  })

  test('a flight that the booking does not show — is told without its number', async () => {
    const { subject, text } = await cancellationMail(cancelledFacts({ cause: 'flight_cancelled', flightId: 'flt_other' }))
    expect(subject).toMatch(/^Your flight is cancelled: booking /)
    expect(text).not.toContain('undefined')
  })
})

test('facts of a booking — each that contradicts another — are in that one’s list', () => {
  const contradicted = (name: Parameters<typeof getTemplate>[0]) => getTemplate(name).supersededBy
  expect(contradicted('booking-held')).toEqual(['booking-confirmed', 'booking-expired', 'booking-cancelled', 'flight-cancelled'])
  expect(contradicted('booking-confirmed')).toEqual(['booking-cancelled', 'flight-cancelled'])
  expect(contradicted('booking-expired')).toEqual(['booking-confirmed', 'booking-cancelled', 'flight-cancelled'])
  for (const name of ['booking-cancelled', 'flight-cancelled'] as const) expect(contradicted(name)).toEqual(['booking-confirmed'])
  // What happened to money stays true whatever becomes of the booking.
  for (const name of ['refund-succeeded', 'payment-returned', 'welcome', 'access-changed'] as const) expect(contradicted(name)).toEqual([])
})
