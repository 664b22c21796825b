import type { AuditItem, EventEnvelope, Notification } from '@skyhold/contracts'
import { createMailbox, MAILBOX_SETTINGS, type MailboxService } from '@skyhold/mailbox'
import { loadSettings, openBus, openDatabase, Refusal, type Bus, type Caller, type Database, type Service } from '@skyhold/platform'
import { assertDeclared, type SaidEvent, standInProducer, tempDir, waitFor } from '@skyhold/testkit'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { createNotifications, notificationsSettings, type NotificationsParts } from '../../src/app.ts'

const logger = pino({ level: 'silent' })

export interface StoredMail {
  id: string
  to: string
  subject: string
  headers: Record<string, string>
  text: string | null
  html: string | null
  attachments: { filename: string; contentType: string; size: number }[]
}

export interface RunningMailbox {
  service: MailboxService
  mails(): Promise<{ data: StoredMail[]; duplicates: number }>
  control(change: { rejectRate?: number; down?: boolean; delayMs?: number }): Promise<void>
}

/** A mailbox with its own store; `smtpPort` 0 is any free one. */
export async function runMailbox({ smtpPort = 0 } = {}): Promise<RunningMailbox> {
  const settings = loadSettings(MAILBOX_SETTINGS, { DATA_DIR: tempDir('mailbox'), LOG_LEVEL: 'silent' })
  const service = createMailbox(settings, { port: 0, smtpPort, logger })
  await service.listen()
  await service.started
  return {
    service,
    mails: async () => (await (await fetch(`${service.url}/messages`)).json()) as { data: StoredMail[]; duplicates: number },
    async control(change) {
      await fetch(`${service.url}/_control`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(change),
      })
    },
  }
}

interface Answer<T> {
  status: number
  body: T
}

export interface AuditRow {
  action: string
  actorId: string
  before: unknown
  after: unknown
}

/** What staff did to an e-mail or a dead letter, as an administrator reads it, oldest first. */
export async function auditOf(
  { call }: Pick<RunningNotifications, 'call'>,
  list: 'notifications' | 'dead-letters',
  subjectId: string | undefined,
): Promise<AuditRow[]> {
  const { status, body } = await call<{ data: AuditItem[] }>('GET', `/api/v1/${list}/${subjectId}/audit`, 'admin')
  if (status !== 200) throw new Error(`the audit of ${subjectId} was answered with ${status}`)
  return body.data.toReversed().map(({ at, requestId, subject, action, actorId, before, after }) => {
    if (!(Date.parse(at) > 0) || requestId === '' || subject.id !== subjectId)
      throw new Error(`a row of the audit of ${subjectId} without its time or request, or of another: ${JSON.stringify(subject)}`)
    return { action, actorId, before, after }
  })
}

/** A notifications service with tokens that are `role` or `role~userId`. */
export interface RunningNotifications {
  service: Service
  bus: Bus
  db: Database
  call<T = Notification>(method: 'GET' | 'POST', path: string, as: string, body?: object): Promise<Answer<T>>
  /** What the staff's list says of the e-mails of an event's booking or user, oldest first. */
  statuses(): Promise<Pick<Notification, 'template' | 'status' | 'attempts'>[]>
  publish(...events: EventEnvelope[]): Promise<void>
  /** What the other services claim to have published. */
  said: Record<'bookings' | 'identity', SaidEvent[]>
  close(): Promise<void>
}

export async function runNotifications({
  url,
  smtpUrl,
  parts = {},
}: {
  url: string
  smtpUrl: string
  parts?: NotificationsParts
}): Promise<RunningNotifications> {
  const dataDir = tempDir('notifications')
  const [bookings, identity] = [await standInProducer(), await standInProducer()]
  const settings = notificationsSettings({
    DATABASE_URL: url,
    DATA_DIR: dataDir,
    SMTP_URL: smtpUrl,
    BOOKINGS_URL: bookings.url,
    IDENTITY_URL: identity.url,
    PUBLIC_URL: 'https://fly.example',
    LOG_LEVEL: 'silent',
    START_PATIENCE_SECONDS: '10',
  })
  const verifier = { verify: async (token: string) => callerNamed(token) }
  const service = createNotifications(settings, { port: 0, logger, verifier, ...parts })
  await service.listen()
  await service.started
  const bus = openBus({ url: 'memory:', dataDir, logger, metrics: new Registry() })
  await bus.connect()
  const db = openDatabase({ url, logger })

  async function call<T>(method: 'GET' | 'POST', path: string, as: string, body?: object): Promise<Answer<T>> {
    const answer = await fetch(service.url + path, {
      method,
      headers: { ...(as && { authorization: `Bearer ${as}` }), ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    assertDeclared(method, answer, text)
    return { status: answer.status, body: JSON.parse(text) as T }
  }
  return {
    service,
    bus,
    db,
    call,
    async statuses() {
      const { body } = await call<{ data: Notification[] }>('GET', '/api/v1/notifications?limit=100', 'admin')
      return body.data.map(({ template, status, attempts }) => ({ template, status, attempts })).reverse()
    },
    said: { bookings: bookings.said, identity: identity.said },
    async publish(...events) {
      for (const event of events) await bus.publish(event)
    },
    async close() {
      await service.close()
      await Promise.all([bookings.close(), identity.close()])
      await bus.close()
      await db.close()
    },
  }
}

function callerNamed(token: string): Caller {
  const [role, userId = `usr_${role}`] = token.split('~')
  if (role !== 'customer' && role !== 'agent' && role !== 'admin') throw new Refusal('invalid_token')
  return { userId, sessionId: 'ses_1', roles: [role], operatorId: 'opr_1' }
}

/** Resolves when so many distinct e-mails are in the mailbox. */
export const arrived = (mailbox: RunningMailbox, count: number): Promise<StoredMail[]> =>
  waitFor(
    async () => {
      const { data } = await mailbox.mails()
      return data.length >= count ? data : null
    },
    { timeoutMs: 10_000, what: `${count} e-mails to arrive` },
  )
