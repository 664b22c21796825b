import type { Schema } from './types.ts'

export interface Tokens {
  accessToken: string
  refreshToken?: string
}

/** The tokens of a session. Whoever needs new ones while they are being fetched waits for the same ones: a refresh token is good once. */
export class TokenKeeper {
  #tokens: Tokens | null
  #renewing: Promise<boolean> | null = null
  readonly #onChange: (tokens: Tokens | null) => void

  constructor(tokens: Tokens | null, onChange: (tokens: Tokens | null) => void) {
    this.#tokens = tokens
    this.#onChange = onChange
  }

  get current(): Tokens | null {
    return this.#tokens
  }

  keep(tokens: Tokens | null): void {
    this.#tokens = tokens
    this.#onChange(tokens)
  }

  /** True when there are other tokens than the one that was refused. */
  async renew(refused: string, fetchNew: (refreshToken: string) => Promise<Schema<'Tokens'>>): Promise<boolean> {
    if (this.#tokens?.accessToken !== refused) return this.#tokens !== null
    const { refreshToken } = this.#tokens
    if (refreshToken === undefined) return false
    this.#renewing ??= fetchNew(refreshToken)
      .then(({ accessToken, refreshToken: next }) => {
        this.keep({ accessToken, ...(next === undefined ? {} : { refreshToken: next }) })
        return true
      })
      .finally(() => {
        this.#renewing = null
      })
    return this.#renewing
  }
}
