import type { Store } from './store.ts'

/** Intents whose 3-D Secure was approved but that wait for their server to confirm (confirmation_method `manual`). */
export class Authentications {
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  has(intentId: string): boolean {
    return this.#store.row('SELECT intent_id FROM authentications WHERE intent_id = ?', intentId) !== undefined
  }

  insert(intentId: string): void {
    this.#store.run('INSERT INTO authentications (intent_id) VALUES (?) ON CONFLICT DO NOTHING', intentId)
  }
}
