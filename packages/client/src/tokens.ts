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
    // What is still being fetched belongs to the tokens before.
    this.#renewing = null
    this.#onChange(tokens)
  }

  /** The session of a refresh token has ended. Another one may have begun since. */
  forget(refreshToken: string): void {
    if (this.#tokens?.refreshToken === refreshToken) this.keep(null)
  }

  /** True when there are other tokens than the one that was refused. */
  async renew(refused: string, fetchNew: (refreshToken: string) => Promise<Schema<'Tokens'>>): Promise<boolean> {
    const session = this.#tokens
    if (session?.accessToken !== refused) return session !== null
    const { refreshToken } = session
    if (refreshToken === undefined) return false
    this.#renewing ??= fetchNew(refreshToken)
      .then((fetched) => this.#replace(session, fetched))
      .finally(() => {
        if (this.#tokens === session) this.#renewing = null
      })
    return this.#renewing
  }

  /** False when the caller has signed out meanwhile, or in again: then nobody wants these tokens any more. */
  #replace(session: Tokens, { accessToken, refreshToken }: Schema<'Tokens'>): boolean {
    if (this.#tokens !== session) return false
    this.keep({ accessToken, refreshToken })
    return true
  }
}
