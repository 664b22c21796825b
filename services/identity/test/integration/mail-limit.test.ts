import type { Database, Transaction } from '@skyhold/platform'
import { databases } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import type { MailCount } from '../../src/domain/mail-counts.ts'
import { MailCountRepository } from '../../src/repositories/mail-count.ts'
import { backdateMails, countEvents, PASSWORD, resetToken, type TestIdentity, useIdentity } from '../support/identity.ts'

const [MINUTE_MS, HOUR_MS] = [60_001, 3_600_001]
const VERIFICATION = 'user.verification_requested'
const RESET = 'user.password_reset_requested'
const AT_ONCE = 8

let victims = 0
/** An address of somebody else, who has no account. */
const newVictim = () => {
  victims += 1
  return `victim${victims}@elsewhere.example`
}

/** The twin of the counts: everybody reads before anybody has counted. */
class UnlockedCounts extends MailCountRepository {
  readonly #db: Database
  readonly #victim: string
  #missing: number
  readonly #met = Promise.withResolvers<void>()

  constructor(db: Database, { victim, parties }: { victim: string; parties: number }) {
    super(db)
    this.#db = db
    this.#victim = victim
    this.#missing = parties
  }

  override async lock(id: string, tx: Transaction): Promise<MailCount> {
    const none = { lastAtMs: 0, hourStartMs: 0, hourCount: 0, dayStartMs: 0, dayCount: 0 }
    if (!id.endsWith(` ${this.#victim}`)) return none
    const rows = await this.#db.rows<{ lastAt: number }>('SELECT last_at AS lastAt FROM mail_counts WHERE id = :id', { id }, tx)
    this.#missing -= 1
    if (this.#missing <= 0) this.#met.resolve()
    await this.#met.promise
    return { ...none, lastAtMs: rows[0]?.lastAt ?? 0 }
  }
}

describe.each(databases())('how many links are mailed on $name', (kind) => {
  const env = { DATABASE_POOL_MAX: '12' }
  const identity = useIdentity(kind, { env })

  const sent = (type: string, part: string) => countEvents(identity.db, type, part)
  const later = (byMs: number) => backdateMails(identity.db, byMs)
  async function somebody() {
    const user = await identity.register()
    return { ...user, token: (await identity.signIn(user)).accessToken }
  }
  /** Asks for the address to be changed; the answer is the same whether or not a mail goes. */
  async function ask(token: string, email: string, at: TestIdentity = identity): Promise<void> {
    const answer = await at.call('PUT', '/api/v1/me/email', { token, body: { email, password: PASSWORD } })
    expect([answer.status, answer.body]).toEqual([202, null])
  }
  /** Asks for a reset of which nothing is to be seen. It is dealt with after the answer, and surely when the service has closed. */
  async function askInVain(user: { id: string; email: string }): Promise<void> {
    const before = await sent(RESET, user.id)
    const passing = await identity.startAnother({ env })
    expect((await passing.call('POST', '/api/v1/auth/password-resets', { body: { email: user.email } })).status).toBe(202)
    await passing.close()
    expect(await sent(RESET, user.id)).toBe(before)
  }
  const reset = async (token: string, password: string) =>
    (await identity.call('POST', '/api/v1/auth/password-resets/confirmation', { body: { token, password } })).status

  test('a reset — that its owner has in hand while strangers ask for more — stays good until one of them is used', async () => {
    const user = await somebody()
    const own = await resetToken(identity, user)
    await later(MINUTE_MS)
    const another = await resetToken(identity, user)
    expect(await reset(own, 'seven green umbrellas')).toBe(204)
    expect(await reset(another, 'eight white umbrellas')).toBe(400)
  })

  test('resets — asked for again and again — are three an hour, and after ten in a day one an hour; the answer is the same', async () => {
    const user = await identity.register()
    for (let n = 0; n < 3; n += 1) {
      await resetToken(identity, user)
      await later(MINUTE_MS)
    }
    await askInVain(user)
    await later(HOUR_MS - 3 * MINUTE_MS)
    await resetToken(identity, user)
    await later(HOUR_MS)
    await identity.db.run('UPDATE mail_counts SET day_count = 10')
    expect(await reset(await resetToken(identity, user), 'seven green umbrellas')).toBe(204)
    await later(MINUTE_MS)
    await askInVain(user)
  })

  test('an address of somebody else — asked for in turn with others, and by several accounts — gets one a minute and three an hour', async () => {
    const victim = newVictim()
    const people = [await somebody(), await somebody()]
    for (let turn = 0; turn < 3; turn += 1)
      for (const [index, { token }] of people.entries())
        for (const email of [victim, `other${index}@elsewhere.example`]) await ask(token, email)
    expect(await sent(VERIFICATION, victim)).toBe(1)
    for (const { token } of [...people, ...people]) {
      await later(MINUTE_MS)
      await ask(token, victim.toUpperCase())
    }
    const id = `verify_email ${victim}`
    expect(await identity.db.rows('SELECT hour_count AS hour FROM mail_counts WHERE id = :id', { id })).toEqual([{ hour: 3 }])
  })

  test('an account — whatever addresses it names — has ten links sent in a day, and others have theirs', async () => {
    const user = await somebody()
    for (let n = 0; n < 12; n += 1) await ask(user.token, `address${n}@elsewhere.example`)
    // The first was its registration's.
    expect(await sent(VERIFICATION, user.id)).toBe(10)
    await later(24 * HOUR_MS)
    await ask(user.token, 'address11@elsewhere.example')
    expect(await sent(VERIFICATION, user.id)).toBe(11)
    await later(MINUTE_MS)
    await ask((await somebody()).token, 'address11@elsewhere.example')
    expect(await sent(VERIFICATION, 'address11@elsewhere.example')).toBe(2)
  })

  test('verifications — as many as may go to an address — take none of the resets of its account', async () => {
    const owner = await somebody()
    for (let n = 0; n < 3; n += 1) {
      await later(MINUTE_MS)
      await identity.call('POST', '/api/v1/auth/verification-requests', { token: owner.token })
    }
    expect(await sent(VERIFICATION, owner.id)).toBe(3)
    expect(await reset(await resetToken(identity, owner), 'seven green umbrellas')).toBe(204)
  })

  /** One address, asked for by many accounts at once. */
  async function askAtOnce(victim: string, at: readonly TestIdentity[]): Promise<number> {
    const people = await Promise.all(Array.from({ length: AT_ONCE }, somebody))
    await Promise.all(people.map(({ token }, index) => ask(token, victim, at[index % at.length])))
    return sent(VERIFICATION, victim)
  }

  test(`one address — asked for by ${AT_ONCE} accounts at once on two replicas — gets one`, async () => {
    expect(await askAtOnce(newVictim(), [identity, await identity.startAnother({ env })])).toBe(1)
  })

  test.each(kind.name === 'sqlite' ? [] : [AT_ONCE])(
    'one address — asked for by %i accounts at once without the lock — gets them all, so the lock is what decides',
    async () => {
      const victim = newVictim()
      const parts = { mailCounts: (db: Database) => new UnlockedCounts(db, { victim, parties: AT_ONCE }) }
      expect(await askAtOnce(victim, [await identity.startAnother({ env, parts })])).toBe(AT_ONCE)
    },
  )
})
