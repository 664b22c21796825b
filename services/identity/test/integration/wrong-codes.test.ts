import type { EventEnvelope } from '@skyhold/contracts'
import type { Database, Transaction } from '@skyhold/platform'
import { databases } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import { WRONG_CODES_FREE } from '../../src/domain/code-backoff.ts'
import type { StoredSecondFactor } from '../../src/domain/second-factor.ts'
import type { UserAccount } from '../../src/domain/user.ts'
import { SecondFactorRepository } from '../../src/repositories/second-factor.ts'
import { UserRepository } from '../../src/repositories/user.ts'
import { PASSWORD, useIdentity, verifyAddress } from '../support/identity.ts'
import { appOf, logIn, movingClock, setUpSecondFactor, wrongCodeFor } from '../support/second-factor.ts'

const AT_ONCE = WRONG_CODES_FREE + 1

/** The twin of the lock under which wrong codes are counted. */
class UnlockedUsers extends UserRepository {
  override async lock(ids: readonly string[]): Promise<Map<string, UserAccount>> {
    const found = await Promise.all(ids.map((id) => this.find(id)))
    return new Map(found.filter((user) => user !== null).map((user) => [user.id, user]))
  }
}

/** Everybody has read the count before anybody has counted. */
class MetSecondFactors extends SecondFactorRepository {
  #missing: number
  readonly #met = Promise.withResolvers<void>()

  constructor(db: Database, parties: number) {
    super(db)
    this.#missing = parties
  }

  override async find(userId: string, tx?: Transaction): Promise<StoredSecondFactor | null> {
    const factor = await super.find(userId, tx)
    this.#missing -= 1
    if (this.#missing <= 0) this.#met.resolve()
    await this.#met.promise
    return factor
  }
}

/** Somebody has the password, and guesses at the code. */
describe.each(databases())('wrong codes of a second factor on $name', (kind) => {
  const clock = movingClock()
  // So many that the limit of sign-ins has no part in what follows.
  const env = { RATE_LIMIT_LOGIN_PER_MINUTE: '1000', DATABASE_POOL_MAX: '16' }
  const identity = useIdentity(kind, { env, parts: { now: clock.now } })

  async function victim() {
    const user = await identity.register()
    const token = (await identity.signIn(user)).accessToken
    return { ...user, token, ...(await setUpSecondFactor(identity, clock, { ...user, token })) }
  }
  type Victim = Awaited<ReturnType<typeof victim>>

  const guess = async (user: Victim, count = 1) => {
    const answers = []
    for (let n = 0; n < count; n += 1) answers.push(await logIn(identity, user, wrongCodeFor(user.app, clock.now())))
    return answers.map(({ status }) => status)
  }
  const told = async ({ id }: Victim) =>
    (await identity.db.rows<{ payload: string }>("SELECT payload FROM outbox WHERE type = 'user.access_changed' ORDER BY id"))
      .map(({ payload }) => (JSON.parse(payload) as EventEnvelope<'user.access_changed'>).data)
      .filter(({ userId, change }) => userId === id && change === 'wrong_codes_tried')
  const stored = async ({ id }: Victim) => {
    const [row] = await identity.db.rows<{ wrong: number; closed: number }>(
      'SELECT wrong_codes AS wrong, closed_until AS closed FROM second_factors WHERE user_id = :id',
      { id },
    )
    return row
  }
  /** As if an hour had gone by at the database, whose clock cannot be moved. */
  const anHourLater = async () => {
    await identity.db.run('UPDATE second_factors SET closed_until = closed_until - 3600000')
    await identity.db.run('UPDATE login_tries SET window_start = window_start - 3600000, closed_until = closed_until - 3600000')
  }
  const secondsOf = (answer: { headers: Headers }) => Number(answer.headers.get('retry-after'))

  test('ten in a row — however much time goes by between them — close it, and its owner is told once', async () => {
    const user = await victim()
    expect(await guess(user, WRONG_CODES_FREE - 1)).toEqual(Array(WRONG_CODES_FREE - 1).fill(401))
    await anHourLater()
    expect(await told(user)).toEqual([])
    expect(await guess(user)).toEqual([401])
    expect(await told(user)).toMatchObject([{ email: user.email }])

    const closed = await logIn(identity, user, user.nextCode())
    expect([closed.status, closed.body.code]).toEqual([429, 'rate_limited'])
    expect(secondsOf(closed)).toBeGreaterThan(50)
    expect(secondsOf(closed)).toBeLessThanOrEqual(60)
    expect(await told(user)).toHaveLength(1)
  })

  test('each further one — costs twice the wait, up to an hour; a right code ends it', async () => {
    const user = await victim()
    await guess(user, WRONG_CODES_FREE)
    for (const minutes of [2, 4, 8, 16, 32, 60, 60]) {
      await anHourLater()
      expect(await guess(user)).toEqual([401])
      const seconds = secondsOf(await logIn(identity, user, user.nextCode()))
      expect(seconds).toBeGreaterThan(minutes * 60 - 30)
      expect(seconds).toBeLessThanOrEqual(minutes * 60)
    }
    expect(await told(user)).toHaveLength(1)
    await anHourLater()
    expect((await logIn(identity, user, user.nextCode())).status).toBe(200)
    expect(await stored(user)).toEqual({ wrong: 0, closed: 0 })
  })

  test('thirty at once — are ten looks at a code', async () => {
    const user = await victim()
    const code = wrongCodeFor(user.app, clock.now())
    const answers = await Promise.all(Array.from({ length: 30 }, () => logIn(identity, user, code)))
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(WRONG_CODES_FREE)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(30 - WRONG_CODES_FREE)
    expect(await told(user)).toHaveLength(1)
  })

  // SQLite has one writer at a time and needs no lock of the row.
  test.each(kind.name === 'sqlite' ? [] : [AT_ONCE])(
    '%i at once without the lock — are as many looks at a code, and nobody is told, so the lock is what decides',
    async () => {
      const user = await victim()
      const unguarded = await identity.startAnother({
        env,
        parts: {
          now: clock.now,
          users: (db) => new UnlockedUsers(db),
          secondFactors: (db) => new MetSecondFactors(db, AT_ONCE),
        },
      })
      const code = wrongCodeFor(user.app, clock.now())
      const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => logIn(unguarded, user, code)))
      expect(answers.map(({ status }) => status)).toEqual(Array(AT_ONCE).fill(401))
      expect(await told(user)).toEqual([])
    },
  )

  test('a new password — after them — lets its owner in at once, and a session that was open goes on', async () => {
    const user = await victim()
    await guess(user, WRONG_CODES_FREE)
    const password = 'nine green umbrellas'
    const body = { currentPassword: PASSWORD, newPassword: password }
    expect((await identity.call('PUT', '/api/v1/me/password', { token: user.token, body })).status).toBe(204)
    expect((await logIn(identity, { ...user, password }, user.nextCode())).status).toBe(200)
  })

  test('taking it off — with a stolen session and the password — is no way around', async () => {
    const user = await victim()
    const takeOff = (code: string) =>
      identity.call('DELETE', '/api/v1/me/second-factor', { token: user.token, body: { password: PASSWORD, code } })
    for (let n = 0; n < WRONG_CODES_FREE; n += 1) expect((await takeOff(wrongCodeFor(user.app, clock.now()))).status).toBe(400)
    expect((await takeOff(user.nextCode())).status).toBe(429)
    expect(await told(user)).toHaveLength(1)
  })

  test('a first code — mistyped as often while it is set up — closes nothing', async () => {
    const user = await identity.register()
    const token = (await identity.signIn(user)).accessToken
    await verifyAddress(identity, token)
    const begun = await identity.call<{ otpauthUri: string }>('POST', '/api/v1/me/second-factor', { token, body: { password: PASSWORD } })
    const app = appOf(begun.body.otpauthUri)
    const confirm = (code: string) => identity.call('POST', '/api/v1/me/second-factor/confirmation', { token, body: { code } })
    for (let n = 0; n <= WRONG_CODES_FREE; n += 1) expect((await confirm(wrongCodeFor(app, clock.now()))).status).toBe(400)
    expect((await confirm(app.codeAt(clock.now()))).status).toBe(200)
  })
})
