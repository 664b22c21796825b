import { expect, test } from 'vitest'
import { refusalOf } from '../../src/clients/smtp.ts'
import { domainOf, mailboxOf, notificationsSettings } from '../../src/config.ts'
import { messageIdOf, retryWaitMs } from '../../src/domain/delivery.ts'
import { dayShift, localTime } from '../../src/views/times.ts'

test('Message-ID — an e-mail and a copy of it — are the same at every try and differ from each other', () => {
  const fact = { eventId: 'evt_1', template: 'welcome', domain: 'skyhold.example' } as const
  expect(messageIdOf({ ...fact, copy: 0 })).toBe('<evt_1.welcome@skyhold.example>')
  expect(messageIdOf({ ...fact, copy: 1 })).toBe('<evt_1.welcome.1@skyhold.example>')
})

test.each([
  [1, 1_000],
  [2, 5_000],
  [3, 30_000],
  [4, 120_000],
  [6, 1_800_000],
  [60, 1_800_000],
])('temporary refusal — after attempt %i — waits %i ms', (attempts, waitMs) => {
  expect(retryWaitMs({ attempts, queuedForMs: 0 })).toBe(waitMs)
})

test('temporary refusal — for a day — is given up', () => {
  expect(retryWaitMs({ attempts: 50, queuedForMs: 24 * 3_600_000 })).toBeNull()
})

test.each([
  [{ code: 'EENVELOPE', command: 'RCPT TO', responseCode: 550 }, 'permanent'],
  [{ code: 'EMESSAGE', command: 'DATA', responseCode: 554 }, 'permanent'],
  [{ code: 'EENVELOPE', command: 'RCPT TO', responseCode: 450 }, 'temporary'],
  [{ code: 'EMESSAGE', command: 'DATA', responseCode: 451 }, 'temporary'],
  [{ code: 'EENVELOPE', command: 'RCPT TO', responseCode: 421 }, 'unreachable'],
  [{ code: 'EAUTH', command: 'AUTH PLAIN', responseCode: 535 }, 'unreachable'],
  [{ code: 'EENVELOPE', command: 'MAIL FROM', responseCode: 550 }, 'unreachable'],
  [{ code: 'EPROTOCOL', command: 'CONN', responseCode: 554 }, 'unreachable'],
  [{ code: 'ECONNECTION', command: 'CONN' }, 'unreachable'],
])('mail server’s answer — %j — is %s', (answer, kind) => {
  expect(refusalOf(Object.assign(new Error('no'), answer)).kind).toBe(kind)
})

test.each([
  ['Skyhold <tickets@skyhold.example>', { name: 'Skyhold', address: 'tickets@skyhold.example' }],
  ['tickets@skyhold.example', { name: '', address: 'tickets@skyhold.example' }],
  ['"Sky, hold" <t@s.example>', { name: 'Sky, hold', address: 't@s.example' }],
])('sender — %s — is read', (text, mailbox) => {
  expect(mailboxOf(text)).toEqual(mailbox)
  expect(domainOf(mailbox)).toMatch(/example$/)
})

test.each(['nobody', 'a@b\r\nBcc: c@d', 'a@b, c@d', '<>'])('sender — %j — is refused at the start', (text) => {
  expect(() => notificationsSettings({ MAIL_FROM: text })).toThrow('MAIL_FROM')
})

test('mail server — an address of another kind — is refused at the start', () => {
  expect(() => notificationsSettings({ SMTP_URL: 'http://mail.example' })).toThrow('SMTP_URL')
})

test('production — without a mail server — refuses the local mailbox', () => {
  expect(() => notificationsSettings({ SKYHOLD_ENV: 'production' })).toThrow('SMTP_URL is not set')
})

test('local time — an airport’s offset — is read as it stands', () => {
  expect(localTime('2026-03-01T00:30:00+05:45')).toEqual({
    date: 'Sun 1 Mar 2026',
    time: '00:30',
    offset: 'UTC+05:45',
    dayOfYear: 60,
    dayNumber: 20513,
  })
})

test('local time — arrival before departure across the date line — is a day less', () => {
  expect(dayShift(localTime('2026-12-02T00:30:00+13:00'), localTime('2026-12-01T14:00:00-10:00'))).toBe(' (−1 day)')
})
