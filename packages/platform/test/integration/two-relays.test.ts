import { databases, waitFor } from '@skyhold/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../../src/database/index.ts'
import { Outbox } from '../../src/outbox/index.ts'
import { openTables, RecordingBus, spyOnReads, startTestRelay, userRegisteredNow, withoutClaims } from '../support/outbox-fixtures.ts'

describe.each(databases())('two relays of one outbox on $name', ({ create }) => {
  let db: Database
  let drop: () => Promise<void>

  beforeAll(async () => {
    const created = await create()
    drop = created.drop
    db = await openTables(created.url)
  })
  afterAll(async () => {
    await db.close()
    await drop()
  })

  /** How often an event is published that one relay is still at when the other, on its own view of the database, looks for something to do. */
  async function timesPublished(viewOfOther: Database): Promise<number> {
    const outbox = new Outbox(db, { producer: 'tests' })
    await db.transaction((tx) => outbox.append(tx, [userRegisteredNow()]))
    const [bus, slowBus] = [new RecordingBus(), new RecordingBus()]
    const [isBegun, mayEnd] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    slowBus.publish = async (...event) => {
      isBegun.resolve()
      await mayEnd.promise
      await bus.publish(...event)
    }
    const slow = startTestRelay({ db, bus: slowBus, outbox })
    await isBegun.promise
    const { spied, statements } = spyOnReads(viewOfOther)
    const other = startTestRelay({ db: spied, bus, outbox })
    // Each round asks whether something waits, and if so for that.
    await waitFor(() => statements.length >= 4)
    mayEnd.resolve()
    await slow.drained()
    await Promise.all([slow.close(), other.close()])
    return bus.confirmed.length
  }

  test('an event that one is at — while the other looks — is published once', async () => {
    expect(await timesPublished(db)).toBe(1)
  })

  test('an event that one is at, which it has not claimed — is published by the other too, so the test above can fail', async () => {
    expect(await timesPublished(withoutClaims(db))).toBe(2)
  })
})
