import type { Store } from './store.ts'

/** Stripe keeps a key for at least 24 hours and may forget it then; so does this, or a caller that repeats too late would never be found out. */
const KEY_LIFE_SECONDS = 24 * 3600

export interface KeptAnswer {
  key: string
  path: string
  fingerprint: string
  status: number
  body: string
  requestId: string
}

export class Keys {
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  find(key: string): KeptAnswer | null {
    return (
      this.#store.row<KeptAnswer>('SELECT key, path, fingerprint, status, body, request_id AS requestId FROM keys WHERE key = ?', key) ??
      null
    )
  }

  insert(answer: KeptAnswer, nowSeconds: number): void {
    this.#store.run(
      'INSERT INTO keys (key, path, fingerprint, status, body, request_id, created) VALUES (?, ?, ?, ?, ?, ?, ?)',
      answer.key,
      answer.path,
      answer.fingerprint,
      answer.status,
      answer.body,
      answer.requestId,
      nowSeconds,
    )
  }

  purge(nowSeconds: number): number {
    return this.#store.run('DELETE FROM keys WHERE created < ?', nowSeconds - KEY_LIFE_SECONDS)
  }

  /** How often this scope has been here before; counts this time too. */
  countTry(scope: string): number {
    this.#store.run('INSERT INTO tries (scope, count) VALUES (?, 1) ON CONFLICT (scope) DO UPDATE SET count = count + 1', scope)
    return (this.#store.row<{ count: number }>('SELECT count FROM tries WHERE scope = ?', scope)?.count ?? 1) - 1
  }
}
