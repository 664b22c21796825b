import type { Database, Transaction } from '@skyhold/platform'
import { databases } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import { SecondFactorRepository } from '../../src/repositories/second-factor.ts'
import { type TestIdentity, useIdentity } from '../support/identity.ts'
import { logIn, movingClock, setUpSecondFactor } from '../support/second-factor.ts'

const AT_ONCE = 10

/** The twin of the codes: takes one whether or not somebody else has used it. */
class UnguardedSecondFactors extends SecondFactorRepository {
  readonly #db: Database

  constructor(db: Database) {
    super(db)
    this.#db = db
  }

  override async spendStep(userId: string, step: number, tx: Transaction): Promise<number> {
    await this.#db.run('UPDATE second_factors SET last_used_step = :step WHERE user_id = :userId', { userId, step }, tx)
    return 1
  }

  override async spendRecoveryCode(hash: string, { tx }: { nowMs: number; tx: Transaction }): Promise<number> {
    return (await this.#db.rows('SELECT hash FROM recovery_codes WHERE hash = :hash', { hash }, tx)).length
  }
}

describe.each(databases())('codes at once on $name', (kind) => {
  const clock = movingClock()
  // A sign-in that takes as long as a real one meets more of what goes on beside it.
  const hashing = 'as in production'
  const parts = { now: clock.now }
  const identity = useIdentity(kind, { parts, hashing })
  const twoReplicas = async () => [identity, await identity.startAnother({ parts, hashing })]

  async function withSecondFactor() {
    const user = await identity.register()
    const { accessToken } = await identity.signIn(user)
    return { ...user, ...(await setUpSecondFactor(identity, clock, { ...user, token: accessToken })) }
  }

  /** How many of the sign-ins with one code, all at once, were let in. */
  async function letIn(user: { email: string; password: string }, code: string, at: TestIdentity[]): Promise<number> {
    const tries = Array.from({ length: AT_ONCE }, (_, index) => at[index % at.length]).filter((replica) => replica !== undefined)
    const statuses = (await Promise.all(tries.map((replica) => logIn(replica, user, code)))).map(({ status }) => status)
    expect(statuses.filter((status) => status !== 200 && status !== 401)).toEqual([])
    return statuses.filter((status) => status === 200).length
  }

  test(`one code — ${AT_ONCE} times at once on two replicas — lets one in; a recovery code too`, async () => {
    const replicas = await twoReplicas()
    const user = await withSecondFactor()
    expect(await letIn(user, user.nextCode(), replicas)).toBe(1)
    expect(await letIn(user, user.recoveryCodes[0] ?? '', replicas)).toBe(1)
  })

  test(`one code — ${AT_ONCE} times at once without the guard — lets all in, so the guard is what decides`, async () => {
    const user = await withSecondFactor()
    const unguarded = await identity.startAnother({ parts: { ...parts, secondFactors: (db) => new UnguardedSecondFactors(db) }, hashing })
    expect(await letIn(user, user.nextCode(), [unguarded])).toBe(AT_ONCE)
    expect(await letIn(user, user.recoveryCodes[0] ?? '', [unguarded])).toBe(AT_ONCE)
  })

  test('a sign-in by password and the confirmation of a second factor — at once, many times — leave no session without a code', async () => {
    const replicas = await twoReplicas()
    for (let round = 0; round < 5; round += 1) {
      const user = await identity.register()
      const { accessToken } = await identity.signIn(user)
      await Promise.all([setUpSecondFactor(identity, clock, { ...user, token: accessToken }), ...replicas.map((each) => logIn(each, user))])
      const live = await identity.db.rows<{ amr: string }>('SELECT amr FROM sessions WHERE user_id = :id AND revoked_at IS NULL', {
        id: user.id,
      })
      expect(live).toEqual([{ amr: 'pwd,otp' }])
    }
  })
})
