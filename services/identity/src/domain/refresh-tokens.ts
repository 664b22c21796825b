import { createHash } from 'node:crypto'
import { deriveKey, newSecret, seal, unseal } from '@skyhold/platform'

/** A session ends thirty days after its login, however often it is refreshed (OWASP ASVS 10.4.8). */
export const SESSION_LIFE_MS = 30 * 24 * 3_600_000

/** A double click or a lost answer asks twice with the same token. Past ten seconds it is somebody else who has it. */
export const REFRESH_GRACE_MS = 10_000

/**
 * The same for a session of the site, whose token a gateway keeps in a sealed cookie and spends for the browser: requests with the former cookie are still to come while the answer that
 * brings the new one is as slow as the slowest payment (30 s), and they may reach another gateway.
 */
export const SITE_GRACE_MS = 60_000

/** What is stored of a token. A plain hash is enough: 256 random bits cannot be guessed. */
export const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex')

export interface Successor {
  token: string
  hash: string
  /** The token for those who present its predecessor again within the grace time. */
  sealed: string
}

/**
 * A new token that takes the place of `token`. It is sealed under the server's secret *and* the predecessor, of which only the hash is stored:
 * so the database tells nobody a live token, not even together with the secret. Deriving the successor from its predecessor would need no
 * sealing, but then one old token and the secret would tell every later one.
 */
export function succeed(token: string, secret: string): Successor {
  const next = newSecret()
  return { token: next, hash: hashOf(next), sealed: seal(successorKey(token, secret), next, hashOf(token)) }
}

/** The successor that `succeed` sealed; throws SealBroken. */
export const revealSuccessor = (token: string, sealed: string, secret: string): string =>
  unseal(successorKey(token, secret), sealed, hashOf(token))

const successorKey = (token: string, secret: string) => deriveKey({ secret, purpose: 'refresh-successor', salt: token })
