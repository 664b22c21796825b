import { expect, test, vi } from 'vitest'
import { togetherOrAlone } from '../../src/database/index.ts'

test('no items — begin no transaction', async () => {
  const work = vi.fn<(items: readonly string[]) => Promise<number>>().mockResolvedValue(1)
  expect(await togetherOrAlone({ items: [], work, onFailed: expect.unreachable })).toEqual({ changed: 0, failed: [] })
  expect(work).not.toHaveBeenCalled()
})

test('items — of which one breaks the transaction — are done alone, and only that one fails', async () => {
  const onFailed = vi.fn<(item: string, error: unknown) => void>()
  const work = async (items: readonly string[]) => {
    if (items.includes('broken')) throw new Error('It cannot be done.')
    return items.length
  }
  expect(await togetherOrAlone({ items: ['a', 'broken', 'b'], work, onFailed })).toEqual({ changed: 2, failed: ['broken'] })
  expect(onFailed.mock.calls.map(([item]) => item)).toEqual(['broken'])
})
