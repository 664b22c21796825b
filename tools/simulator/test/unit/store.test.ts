import { expect, onTestFinished, test } from 'vitest'
import { Store } from '../../src/repositories/store.ts'

const openStore = () => {
  const store = new Store(':memory:')
  onTestFinished(() => store.close())
  return store
}
const insert = (store: Store, scope: string) => store.run('INSERT INTO tries (scope, count) VALUES (?, 1)', scope)
const scopes = (store: Store) => store.rows<{ scope: string }>('SELECT scope FROM tries ORDER BY scope').map((row) => row.scope)

test('units that arrive together — one of which fails — lose that one only', async () => {
  const store = openStore()
  const results = await Promise.allSettled([
    store.commit(() => insert(store, 'a')),
    store.commit(() => {
      insert(store, 'b')
      throw new Error('no')
    }),
    store.commit(() => insert(store, 'c')),
  ])
  expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(scopes(store)).toEqual(['a', 'c'])
})

test('a closed store — asked to commit — refuses', async () => {
  const store = openStore()
  const last = store.commit(() => insert(store, 'a'))
  store.close()
  await expect(last).resolves.toBe(1)
  await expect(store.commit(() => insert(store, 'b'))).rejects.toThrow('closed')
})
