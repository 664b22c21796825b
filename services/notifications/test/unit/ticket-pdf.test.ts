import { expect, test } from 'vitest'
import { visualRunsOf } from '../../src/views/fonts.ts'
import { ticketPdf } from '../../src/views/ticket-pdf.ts'
import { bookingFacts, factsWithName } from '../support/sample-events.ts'
import { textOfPdf } from '../support/pdf-reader.ts'

const issuedAt = new Date('2026-11-20T08:30:00Z')

test('ticket — a booking of two flights — shows reference, total, local times, names, seats and tickets', async () => {
  const facts = bookingFacts()
  const text = textOfPdf(await ticketPdf(facts, { issuedAt }))
  for (const said of [
    facts.reference,
    'Total INR 49,380.00',
    'SK 201',
    'Bengaluru (BLR)',
    '22:40',
    '03:50 (+1 day)',
    "Seán O'Brien",
    'Hồng Nguyễn',
    '12A',
    '31K',
    '999-2400000000',
  ])
    expect(text).toContain(said)
})

test('ticket — the same fact twice — is the same file', async () => {
  const facts = bookingFacts()
  const [first, second] = [await ticketPdf(facts, { issuedAt }), await ticketPdf(facts, { issuedAt })]
  expect(first.equals(second)).toBe(true)
})

test('ticket — a name with an emoji and Chinese letters — has a question mark for each and the rest of the name', async () => {
  const text = textOfPdf(await ticketPdf(factsWithName('Li 王 🛫'), { issuedAt }))
  expect(text).toContain('Seán Li ? ?')
})

test('ticket — two hundred letters without a blank — are all there, over several lines', async () => {
  const name = 'Wolfeschlegelstein'.repeat(11)
  const text = textOfPdf(await ticketPdf(factsWithName(name), { issuedAt }))
  expect(text.replaceAll('\n', '')).toContain(name)
})

test('ticket — four hundred wide letters — end in an ellipsis and stay inside their coupon', async () => {
  const text = textOfPdf(await ticketPdf(factsWithName('W'.repeat(400)), { issuedAt }))
  expect(text).toMatch(/W{40,}…/)
})

test('right-to-left name — is drawn with its words from the right', () => {
  const drawn = visualRunsOf('محمد علي', 'regular').map(({ text }) => text)
  expect(drawn).toEqual(['علي', ' ', 'محمد'])
})

test('left-to-right name — is drawn as it stands, in one piece', () => {
  expect(visualRunsOf('Thị Hồng', 'bold').map(({ text }) => text)).toEqual(['Thị Hồng'])
})
