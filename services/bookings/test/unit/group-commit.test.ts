import { CommitUnknown, Refusal } from '@skyhold/platform'
import { describe, expect, test } from 'vitest'
import { GroupCommit, type Settled } from '../../src/services/group-commit.ts'

type Run = (requests: readonly number[]) => Promise<Settled<string>[]>
const groupOf = (runGroup: Run, { groupMax = 8, concurrency = 1, aloneAtOnce = 1 } = {}) =>
  new GroupCommit<number, string>({ groupMax, concurrency, aloneAtOnce, runGroup })
/** As the database's errors are known: by the number that the server gave, or by the mark of a connection that is gone. */
const LOST_CONNECTION = Object.assign(new Error('the connection was lost'), { fatal: true })
const LOCK_TIMEOUT = Object.assign(new Error('Lock wait timeout exceeded'), { errno: 1205 })
const done = (request: number): Settled<string> => ({ kind: 'done', value: `done ${request}` })

describe('a group', () => {
  test('requests — that arrive together — share a transaction, no more than the most', async () => {
    const groups: number[][] = []
    const group = groupOf(async (requests) => {
      groups.push([...requests])
      return requests.map(done)
    })
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => group.add(i)))
    expect(answers).toEqual(Array.from({ length: 20 }, (_, i) => `done ${i}`))
    expect(groups.map(({ length }) => length)).toEqual([8, 8, 4])
  })

  test('a request — that is refused — leaves its neighbours alone', async () => {
    const group = groupOf(async (requests) =>
      requests.map((request) => (request === 1 ? { kind: 'refused', refusal: new Refusal('seat_unavailable') } : done(request))),
    )
    const ends = await Promise.allSettled([0, 1, 2].map((request) => group.add(request)))
    expect(ends).toMatchObject([{ value: 'done 0' }, { reason: { code: 'seat_unavailable' } }, { value: 'done 2' }])
  })

  test('a request — that breaks the transaction — fails alone; the others are run again one by one', async () => {
    const group = groupOf(async (requests) => {
      if (requests.includes(1)) throw new Error('one is broken')
      return requests.map(done)
    })
    const ends = await Promise.allSettled([0, 1, 2].map((request) => group.add(request)))
    expect(ends).toMatchObject([{ value: 'done 0' }, { reason: { message: 'one is broken' } }, { value: 'done 2' }])
  })

  test('a database — that cannot be reached — is asked once, for all that wait', async () => {
    let runs = 0
    const group = groupOf(() => {
      runs += 1
      return Promise.reject(LOST_CONNECTION)
    })
    const ends = await Promise.allSettled(Array.from({ length: 100 }, (_, i) => group.add(i)))
    expect(new Set(ends.map((end) => end.status === 'rejected' && end.reason))).toEqual(new Set([LOST_CONNECTION]))
    expect(runs).toBe(1)
  })

  test('a database — that goes away while a broken group is run one by one — is not asked by the rest of it', async () => {
    const runs: number[][] = []
    const group = groupOf((requests) => {
      runs.push([...requests])
      return Promise.reject(requests.length > 1 ? new Error('one is broken') : LOST_CONNECTION)
    })
    const ends = await Promise.allSettled(Array.from({ length: 8 }, (_, i) => group.add(i)))
    expect(ends.filter(({ status }) => status === 'rejected')).toHaveLength(8)
    expect(runs).toEqual([[0, 1, 2, 3, 4, 5, 6, 7], [0]])
  })

  test('a request — that waits for a row which nobody gives free — is left behind by its neighbours', async () => {
    const stuck = Promise.withResolvers<Settled<string>[]>()
    const group = groupOf(
      (requests) => {
        if (!requests.includes(0)) return Promise.resolve(requests.map(done))
        return requests.length > 1 ? Promise.reject(LOCK_TIMEOUT) : stuck.promise
      },
      { aloneAtOnce: 2 },
    )
    const first = group.add(0)
    expect(await Promise.all([1, 2, 3].map((request) => group.add(request)))).toEqual(['done 1', 'done 2', 'done 3'])
    stuck.reject(LOCK_TIMEOUT)
    await expect(first).rejects.toBe(LOCK_TIMEOUT)
  })

  test('requests — that are run alone — are so many at once and no more', async () => {
    let running = 0
    let most = 0
    const group = groupOf(
      async (requests) => {
        if (requests.length > 1) throw new Error('one is broken')
        running += 1
        most = Math.max(most, running)
        await new Promise((resolve) => setImmediate(resolve))
        running -= 1
        return requests.map(done)
      },
      { groupMax: 12, aloneAtOnce: 3 },
    )
    await Promise.all(Array.from({ length: 12 }, (_, i) => group.add(i)))
    expect(most).toBe(3)
  })

  test('a group — of whose commit nobody knows — comes again in the order in which it came', async () => {
    const groups: number[][] = []
    const group = groupOf(async (requests) => {
      groups.push([...requests])
      if (groups.length === 1) throw new CommitUnknown('the connection went away')
      return requests.map(done)
    })
    await Promise.all([0, 1, 2].map((request) => group.add(request)))
    expect(groups).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ])
  })

  test('a commit — of which nobody knows — is asked again', async () => {
    let runs = 0
    const group = groupOf(async (requests) => {
      runs += 1
      if (runs === 1) throw new CommitUnknown('the connection went away')
      return requests.map(done)
    })
    expect(await Promise.all([group.add(0), group.add(1)])).toEqual(['done 0', 'done 1'])
    expect(runs).toBe(2)
  })

  test('a request — put off for ever — is told to come again', async () => {
    const group = groupOf(async (requests) => requests.map(() => ({ kind: 'again' })))
    await expect(group.add(0)).rejects.toMatchObject({ code: 'unavailable', options: { retryAfterSeconds: 1 } })
  })

  test('a request — put off once — is answered at the next try, and those behind it too', async () => {
    const seen = new Set<number>()
    const group = groupOf(async (requests) =>
      requests.map((request) => {
        const isFirst = !seen.has(request)
        seen.add(request)
        return request === 0 && isFirst ? { kind: 'again' } : done(request)
      }),
    )
    expect(await Promise.all([group.add(0), group.add(1)])).toEqual(['done 0', 'done 1'])
  })

  test('groups — at once — are as many as allowed', async () => {
    let running = 0
    let most = 0
    const group = groupOf(
      async (requests) => {
        running += 1
        most = Math.max(most, running)
        await new Promise((resolve) => setImmediate(resolve))
        running -= 1
        return requests.map(done)
      },
      { groupMax: 1, concurrency: 3 },
    )
    await Promise.all(Array.from({ length: 12 }, (_, i) => group.add(i)))
    expect(most).toBe(3)
  })

  test('a request — left without an end — fails instead of waiting for ever', async () => {
    await expect(groupOf(async () => []).add(0)).rejects.toThrow('left without an end')
  })
})
