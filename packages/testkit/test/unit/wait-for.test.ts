import { describe, expect, test } from 'vitest'
import { waitFor } from '../../src/wait-for.ts'

describe('waitFor', () => {
  test('waitFor — the condition holds at the third try — its result comes back', async () => {
    let tries = 0
    expect(await waitFor(() => (++tries < 3 ? null : { tries }))).toEqual({ tries: 3 })
  })

  test('waitFor — zero and the empty text — are results, not a "not yet"', async () => {
    expect(await waitFor(() => 0)).toBe(0)
    expect(await waitFor(() => '')).toBe('')
  })

  test('waitFor — the condition never holds — the error says what was waited for and what the last try said', async () => {
    const waiting = waitFor(
      () => {
        throw new Error('the seat is still free')
      },
      { timeoutMs: 20, what: 'the seat to be sold' },
    )
    await expect(waiting).rejects.toThrow('Waited 20 ms for the seat to be sold, in vain. The last try said: the seat is still free')
  })
})
