import { CommitUnknown, Refusal } from '@skyhold/platform'
import { describe, expect, test } from 'vitest'
import { GroupCommit, type Settled } from '../../src/services/group-commit.ts'

type Run = (requests: readonly number[]) => Promise<Settled<string>[]>
const groupOf = (runGroup: Run, { groupMax = 8, concurrency = 1 } = {}) =>
  new GroupCommit<number, string>({ groupMax, concurrency, runGroup })
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
