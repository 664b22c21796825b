import { randomUUID } from 'node:crypto'
import type { Booking } from '@skyhold/contracts'
import { waitFor } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import { mailsTo } from '../e2e/support/traveller.ts'
import { fitsHeader, HOSTILE_TEXTS } from './support/hostile.ts'
import { People, Person } from './support/people.ts'
import { type Answer, send, sendJson } from './support/send.ts'
import { useSharedSkyhold } from './support/skyhold.ts'

const people = new People()
const skyhold = useSharedSkyhold((running) => people.come(running))

/** Refused or answered as what it is: never a failure of ours, and no word of a database. */
function expectUnmoved(answer: Answer, what: string): void {
  expect(answer.status, `${what}: ${answer.text.slice(0, 300)}`).toBeLessThan(500)
  expect(skyhold.hasDied, what).toBe(false)
  expect(answer.text, what).not.toMatch(/SQLITE|ER_[A-Z]{3}|syntax error|sequelize|root:x:/i)
}

describe('hostile texts', () => {
  test('in every parameter of every search — find nothing that is not there, and break nothing', async () => {
    const flights = '/api/v1/flights?from=DEL&to=BOM&date=2030-01-01'
    for (const text of HOSTILE_TEXTS) {
      const value = encodeURIComponent(text)
      const [airports, ...others] = await Promise.all([
        send(skyhold.baseUrl, { method: 'GET', path: `/api/v1/airports?q=${value}` }),
        send(skyhold.baseUrl, { method: 'GET', path: `${flights}&cursor=${value}` }),
        send(skyhold.baseUrl, { method: 'GET', path: `/api/v1/flights/${value || 'x'}` }),
        people.agent.call('GET', `/bookings?familyName=${value}&status=confirmed`),
        people.agent.call('GET', `/bookings?email=${value}`),
        people.agent.call('GET', `/bookings?cursor=${value}`),
        people.agent.call('GET', `/bookings?reference=${value}`),
        people.admin.call('GET', `/users?cursor=${value}`),
        people.agent.call('GET', `/notifications?cursor=${value}`),
        people.agent.call('GET', `/notifications?bookingId=${value}`),
      ])
      for (const answer of [airports, ...others]) expectUnmoved(answer, text)
    }
  })

  test('in a search of accounts — are looked for as they are: no wildcard, no condition that is always true', async () => {
    for (const text of ["'OR'1'='1", '%', '_', '!', "%'ESCAPE'!", '\\', "x')OR('1'='1"]) {
      const answer = await people.admin.call('GET', `/users?q=${encodeURIComponent(text)}`)
      expectUnmoved(answer, text)
      expect(answer.json, text).toMatchObject({ data: [] })
    }
  })

  test('in every header that is read — change nothing, and come back in none', async () => {
    // Nine of the long ones would be too much for any headers.
    for (const text of HOSTILE_TEXTS.filter((each) => fitsHeader(each) && each.length < 1000)) {
      const names = [
        'x-request-id',
        'traceparent',
        'if-none-match',
        'accept',
        'accept-language',
        'origin',
        'user-agent',
        'cookie',
        'referer',
      ]
      const answer = await people.ada.call('GET', '/bookings', undefined, Object.fromEntries(names.map((name) => [name, text])))
      expectUnmoved(answer, text)
      expect([200, 304, 403]).toContain(answer.status)
      expect(answer.headers['x-request-id']).toMatch(/^[A-Za-z0-9._-]{1,64}$/)
      expect(answer.headers['access-control-allow-origin']).toBeUndefined()
    }
  })

  test('as a key — make nothing happen but the refusal of their empty body', async () => {
    for (const text of HOSTILE_TEXTS.filter(fitsHeader)) {
      const answer = await people.ada.call('POST', '/holds', { flights: [] }, { 'idempotency-key': text })
      expectUnmoved(answer, text)
      expect(answer.status).toBe(400)
    }
  })

  test('as e-mail, password or name of an account — are refused, or kept and never obeyed', async () => {
    for (const text of HOSTILE_TEXTS) {
      const good = { email: `${randomUUID()}@example.com`, password: randomUUID(), givenNames: 'A', familyName: 'B' }
      for (const member of ['email', 'givenNames', 'familyName'] as const) {
        const answer = await sendJson(skyhold.baseUrl, 'POST', '/api/v1/auth/register', {
          ...good,
          [member]: text,
          ...(member === 'email' ? {} : { password: 'x' }),
        })
        expectUnmoved(answer, text)
        // The short password alone is refused, so that no account is made where the text itself is fine.
        expect(answer.status, text).toBe(400)
      }
      const login = await sendJson(skyhold.baseUrl, 'POST', '/api/v1/auth/login', { email: text, password: 'x' })
      expect([400, 401]).toContain(login.status)
    }
  })

  test('as the reason of staff, whose words are free — come back as they were', async () => {
    const booking = await people.ada.book()
    const payment = await people.ada.does<{ id: string }>('POST', `/bookings/${booking.id}/payments`, { paymentMethod: 'pm_card_visa' })
    await waitFor(async () => (await people.ada.does<Booking>('GET', `/bookings/${booking.id}`)).status === 'confirmed', {
      timeoutMs: 30_000,
      what: 'the payment',
    })
    const reason = `'; DROP TABLE refunds; -- <script>alert(1)</script> \${7*7} 😀`
    const refund = await people.admin.does<{ id: string; reason: string }>('POST', `/payments/${payment.id}/refunds`, {
      amountMinor: 100,
      reason,
    })
    expect(await people.admin.does('GET', `/refunds/${refund.id}`)).toMatchObject({ reason })
  })
})

/** People have these names. */
const NAMES: [what: string, givenNames: string, familyName: string][] = [
  ['an apostrophe', 'Sinéad', "O'Brien"],
  ['a typographic apostrophe', 'Sinéad', 'O’Brien'],
  ['Vietnamese marks', 'Thị Minh Khai', 'Nguyễn'],
  ['one letter', 'E', 'O'],
  ['two hundred letters', 'A'.repeat(200), 'Wolfeschlegelsteinhausenbergerdorff'.repeat(6).slice(0, 200)],
  ['Arabic, from right to left', 'محمد', 'الأمين'],
  ['Hebrew, from right to left', 'שרה', 'כהן'],
  ['Chinese', '小龍', '李'],
  ['Devanagari with joining marks', 'क्षितिज', 'श्रीवास्तव'],
  ['Thai', 'สมชาย', 'ศรีสุข'],
  ['hyphen and full stop', 'Jean-Luc Jr.', 'de la Cruz-Müller'],
  ['a letter of two marks', 'Ǎ̄', 'Ṩ'],
  ['the word null', 'Null', 'Undefined'],
  ['a name like SQL', 'Robert', "Tables' OR 'a'-'a"],
  ['a letter outside the first plane', '𠮷', '野家'],
]

describe('names of people', () => {
  test.each(NAMES)('%s — booked, paid and mailed — is shown unchanged to the end', async (_what, givenNames, familyName) => {
    // An account of his own name, because the welcome greets by it.
    const person = await Person.registered(skyhold.baseUrl, { givenNames, familyName })
    expect(await person.does('GET', '/me')).toMatchObject({ givenNames, familyName })
    const booking = await person.book({ givenNames, familyName })
    expect(booking.passengers).toMatchObject([{ givenNames, familyName }])
    await person.does('POST', `/bookings/${booking.id}/payments`, { paymentMethod: 'pm_card_visa' })
    const confirmed = await waitFor(
      async () => {
        const found = await person.does<Booking>('GET', `/bookings/${booking.id}`)
        return found.status === 'confirmed' ? found : null
      },
      { timeoutMs: 30_000, what: 'the payment' },
    )
    expect(confirmed.passengers).toMatchObject([{ givenNames, familyName }])
    const found = await sendJson(skyhold.baseUrl, 'POST', '/api/v1/bookings/lookup', { reference: booking.reference, familyName })
    expect(found.status).toBe(200)
    const mails = await waitFor(
      async () => {
        const all = await mailsTo(skyhold.running.mailboxUrl, person.email)
        return all.some(({ subject }) => subject.includes(booking.reference)) && all.length > 1 ? all : null
      },
      { timeoutMs: 30_000, what: 'the e-mails' },
    )
    const text = mails.map((mail) => mail.text.replaceAll(/\s+/g, ' ')).join(' ')
    expect(text).toContain(givenNames)
    expect(text).toContain(familyName)
  })

  test('in decomposed letters — is kept composed, and found either way', async () => {
    const composed = 'Nguyễn'
    const booking = await people.ada.book({ givenNames: 'Thị', familyName: composed.normalize('NFD') })
    expect(booking.passengers[0]?.familyName).toBe(composed)
    for (const form of ['NFC', 'NFD'] as const) {
      const found = await sendJson(skyhold.baseUrl, 'POST', '/api/v1/bookings/lookup', {
        reference: booking.reference,
        familyName: composed.normalize(form),
      })
      expect(found.status, form).toBe(200)
    }
  })

  test.each([
    ['a NUL', 'A\u0000B'],
    ['a line break and a header', 'A\r\nBcc: everybody@example.com'],
    ['an emoji', 'Ada 😀'],
    ['markup', '<b>Ada</b>'],
    ['a change of direction', 'Ada\u202Egnp.exe'],
    ['nothing to see', '\u200B'],
    ['201 letters', 'A'.repeat(201)],
    ['nothing', ''],
    ['a blank', ' '],
    ['figures', '12345'],
    ['half a character', '\ud800'],
  ])('%s — as a name — is refused where accounts and where bookings are made', async (_what, name) => {
    const account = { email: `${randomUUID()}@example.com`, password: randomUUID(), givenNames: 'Ada', familyName: name }
    expect((await sendJson(skyhold.baseUrl, 'POST', '/api/v1/auth/register', account)).status).toBe(400)
    const passengers = [{ givenNames: 'Ada', familyName: name, type: 'adult', seats: ['1A'] }]
    const answer = await people.ada.call('POST', '/bookings', { holdId: 'hld_1', passengers, contact: { email: 'a@example.com' } })
    expect(answer.status).toBe(400)
    expect(answer.text).toContain('familyName')
  })
})

describe('e-mail', () => {
  test.each([
    'a@example.com\r\nBcc: everybody@example.com',
    'a@example.com,b@example.com',
    '"a b"@example.com',
    'a@example.com\u0000',
    'A <a@example.com>',
    'a@[127.0.0.1]',
    `${'a'.repeat(65)}@example.com`,
  ])('an address — %j — opens no account and is no contact', async (email) => {
    const account = { email, password: randomUUID(), givenNames: 'Ada', familyName: 'Lovelace' }
    expect((await sendJson(skyhold.baseUrl, 'POST', '/api/v1/auth/register', account)).status).toBe(400)
    const passengers = [{ givenNames: 'Ada', familyName: 'Lovelace', type: 'adult', seats: ['1A'] }]
    expect((await people.ada.call('POST', '/bookings', { holdId: 'hld_1', passengers, contact: { email } })).status).toBe(400)
  })

  test('every subject and header that was sent — in all of these tests — is one line, to one address', async () => {
    const response = await fetch(`${skyhold.running.mailboxUrl}/messages`)
    const { data } = (await response.json()) as { data: { to: string; subject: string; headers: Record<string, string> }[] }
    expect(data.length).toBeGreaterThan(10)
    for (const { to, subject, headers } of data) {
      expect(subject).not.toMatch(/[\r\n\0]/)
      expect(to).toMatch(/^[^\s,<>]+@[^\s,<>]+$/)
      expect(Object.keys(headers).map((name) => name.toLowerCase())).not.toContain('bcc')
    }
  })
})
