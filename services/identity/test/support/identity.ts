import { rm } from 'node:fs/promises'
import { type Account, DEVELOPMENT_SECRET, type Problem, type Tokens, type User } from '@skyhold/contracts'
import { createLogger, createServiceTokens, openDatabase, type Database, type Service } from '@skyhold/platform'
import { assertDeclared, tempDir, type TestDatabase, type TestDatabaseKind, waitFor } from '@skyhold/testkit'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, onTestFinished } from 'vitest'
import { createIdentity, identitySettings, type IdentityParts } from '../../src/app.ts'

export const ADMIN = { email: 'admin@skyhold.example', password: 'admin-for-development' } as const
export const PASSWORD = 'six blue suitcases'
const ISSUER = 'https://skyhold.test'

export interface Answer<T> {
  status: number
  headers: Headers
  body: T
}

export interface CallOptions {
  token?: string
  body?: unknown
  /** Instead of `body`, when it must not be valid JSON. */
  text?: string
  headers?: Record<string, string>
}

/** A running identity service on a database of its own, and a look into that database. */
export interface TestIdentity {
  service: Service
  db: Database
  call<T>(method: string, path: string, options?: CallOptions): Promise<Answer<T>>
  register(overrides?: Partial<Registration>): Promise<User & { password: string }>
  signIn(credentials: { email: string; password: string }): Promise<Tokens>
  close(): Promise<void>
}

export interface Registration {
  email: string
  password: string
  givenNames: string
  familyName: string
}

let registered = 0
export function registration(overrides: Partial<Registration> = {}): Registration {
  registered += 1
  return { email: `Passenger.${registered}@Mail.Example`, password: PASSWORD, givenNames: 'Thị Mai', familyName: "O'Brien", ...overrides }
}

export interface StartOptions {
  url: string
  env?: Record<string, string>
  parts?: IdentityParts
  /** What a password costs: little, where nothing but its being right matters. */
  hashing?: 'cheap' | 'as in production'
}

/** The least that argon2id takes: of the tests' processor time the real cost would be a sixth. */
const CHEAP_HASH = { memoryCost: 8, timeCost: 1, parallelism: 1 } as const

export async function startIdentity({ url, env = {}, parts = {}, hashing = 'cheap' }: StartOptions): Promise<TestIdentity> {
  const dataDir = tempDir('identity')
  const defaults = {
    DATABASE_URL: url,
    DATA_DIR: dataDir,
    PUBLIC_URL: ISSUER,
    LOG_LEVEL: 'silent',
    SEED: 'none',
    START_PATIENCE_SECONDS: '1',
  }
  const cost = hashing === 'cheap' ? { passwordCost: CHEAP_HASH } : {}
  const service = createIdentity(identitySettings({ ...defaults, ...env }), { port: 0, ...cost, ...parts })
  const db = openDatabase({ url, logger: createLogger({ service: 'test', level: 'silent' }) })
  let closed: Promise<void> | undefined
  const closeAll = async () => {
    await service.close()
    await db.close()
    await rm(dataDir, { recursive: true, force: true })
  }
  const close = () => (closed ??= closeAll())
  try {
    await service.listen()
    await service.started
  } catch (error) {
    await close()
    throw error
  }
  return { service, db, close, ...clientOf(service) }
}

export interface SharedIdentity extends TestIdentity {
  /** Of the database, for a connection or a process of one's own. */
  readonly url: string
  /** Another process on the same database, which ends with the test at the latest. */
  startAnother(options?: Omit<StartOptions, 'url'>): Promise<TestIdentity>
}

/** One service on one database for all tests of a `describe`, each of which makes users of its own: an empty database and a start cost more than most tests. */
export function useIdentity(kind: TestDatabaseKind, options: Omit<StartOptions, 'url'> = {}): SharedIdentity {
  let database: TestDatabase
  let running: TestIdentity

  beforeAll(async () => {
    database = await kind.create({ service: 'identity' })
    running = await startIdentity({ url: database.url, ...options })
  })
  afterAll(async () => {
    await running.close()
    await database.drop()
  })

  return {
    get url() {
      return database.url
    },
    get service() {
      return running.service
    },
    get db() {
      return running.db
    },
    call: (...args) => running.call(...args),
    register: (...args) => running.register(...args),
    signIn: (...args) => running.signIn(...args),
    close: () => running.close(),
    async startAnother(others = {}) {
      const another = await startIdentity({ url: database.url, ...others })
      onTestFinished(() => another.close())
      return another
    },
  }
}

function clientOf(service: Service): Pick<TestIdentity, 'call' | 'register' | 'signIn'> {
  async function call<T>(method: string, path: string, { token, body, text, headers = {} }: CallOptions = {}): Promise<Answer<T>> {
    const sent = text ?? (body === undefined ? undefined : JSON.stringify(body))
    const response = await fetch(service.url + path, {
      method,
      headers: {
        ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(sent === undefined ? {} : { body: sent }),
    })
    const read = await response.text()
    assertDeclared(method, response, read)
    return { status: response.status, headers: response.headers, body: (read === '' ? null : JSON.parse(read)) as T }
  }
  return {
    call,
    async register(overrides) {
      const body = registration(overrides)
      const answer = await call<User>('POST', '/api/v1/auth/register', { body })
      if (answer.status !== 201) throw new Error(`register answered ${answer.status}: ${JSON.stringify(answer.body)}`)
      return { ...answer.body, password: body.password }
    },
    async signIn({ email, password }) {
      const answer = await call<Tokens>('POST', '/api/v1/auth/login', { body: { email, password } })
      if (answer.status !== 200) throw new Error(`login answered ${answer.status}: ${JSON.stringify(answer.body)}`)
      return answer.body
    },
  }
}

/** A problem document in which nothing differs from request to request. */
export const withoutRequestId = (problem: Problem): Problem => ({ ...problem, requestId: '' })

export const pointersOf = (problem: Problem): string[] => (problem.errors ?? []).map(({ pointer }) => pointer)

/** What the service has announced about one aggregate, oldest first. */
export async function eventsAbout(db: Database, aggregateId: string) {
  const rows = await db.rows<{ payload: string }>('SELECT payload FROM outbox WHERE aggregate_id = :aggregateId ORDER BY id', {
    aggregateId,
  })
  return rows.map(
    ({ payload }) => JSON.parse(payload) as { type: string; data: unknown; correlationId: string; aggregate: { sequence: number } },
  )
}

/** The token of the newest link that was requested for a user, as notifications would have it for the mail. */
export async function mailedToken({ call, db }: TestIdentity, userId: string, type: `user.${'verification' | 'password_reset'}_requested`) {
  const rows = await db.rows<{ payload: string }>('SELECT payload FROM outbox WHERE type = :type ORDER BY id DESC', { type })
  const data = rows.map(({ payload }) => (JSON.parse(payload) as { data: { userId: string; email: string; linkHandle: string } }).data)
  const found = data.find((each) => each.userId === userId)
  if (!found) throw new Error(`nothing was requested: ${type}`)
  const token = await createServiceTokens(DEVELOPMENT_SECRET, 'notifications').sign('identity')
  const { status, body } = await call<{ url: string }>('POST', `/internal/mail-links/${found.linkHandle}`, { token })
  return { ...found, status, url: body.url ?? '', secret: body.url?.split('=')[1] ?? '' }
}

/** Has whoever is signed in prove his address by the link that was mailed, unless he has. */
export async function verifyAddress(identity: TestIdentity, token: string): Promise<void> {
  if ((await identity.call<Account>('GET', '/api/v1/me', { token })).body.emailVerified) return
  const link = await mailedToken(identity, String(decodeJwt(token).sub), 'user.verification_requested')
  const { status } = await identity.call('POST', '/api/v1/auth/verifications', { body: { token: link.secret } })
  if (status !== 204) throw new Error(`the verification answered ${status}`)
}

/** As if the e-mails had gone earlier than they did: the clock of a database server cannot be moved. */
export async function backdateMails(db: Database, byMs: number): Promise<void> {
  await db.run('UPDATE mail_links SET created_at = created_at - :byMs, expires_at = expires_at - :byMs', { byMs })
  await db.run('UPDATE mail_counts SET last_at = last_at - :byMs, hour_start = hour_start - :byMs, day_start = day_start - :byMs', { byMs })
}

/** How many events of a type have been announced of somebody, or with an address. */
export async function countEvents(db: Database, type: string, part: string): Promise<number> {
  return (await db.rows('SELECT id FROM outbox WHERE type = :type AND payload LIKE :part', { type, part: `%${part}%` })).length
}

/** Asks for a reset of the password and waits for the token of its link. */
export async function resetToken(identity: TestIdentity, { id, email }: { id: string; email: string }): Promise<string> {
  const type = 'user.password_reset_requested'
  const before = await countEvents(identity.db, type, id)
  await identity.call('POST', '/api/v1/auth/password-resets', { body: { email } })
  await waitFor(async () => (await countEvents(identity.db, type, id)) > before)
  return (await mailedToken(identity, id, type)).secret
}

/** Sets a new password by a link that is mailed. */
export async function resetPassword(identity: TestIdentity, user: { id: string; email: string }, password: string): Promise<void> {
  const token = await resetToken(identity, user)
  const { status } = await identity.call('POST', '/api/v1/auth/password-resets/confirmation', { body: { token, password } })
  if (status !== 204) throw new Error(`the reset answered ${status}`)
}

/** As if the token had been spent earlier than it was: the clock of a database server cannot be moved. */
export async function backdateSpending(db: Database, byMs: number): Promise<void> {
  await db.run('UPDATE refresh_tokens SET spent_at = spent_at - :byMs WHERE spent_at IS NOT NULL', { byMs })
}
