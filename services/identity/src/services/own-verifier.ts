import { createTokenVerifier, type TokenVerifier } from '@skyhold/platform'
import type { JSONWebKeySet } from 'jose'
import type { KeyRing } from './key-ring.ts'

/** Checks tokens with the keys at hand. Identity would otherwise ask itself over HTTP, even before it serves. */
export function createOwnVerifier({ keys, issuer, now }: { keys: KeyRing; issuer: string; now: () => number }): TokenVerifier {
  let madeOf: JSONWebKeySet | undefined
  let verifier: TokenVerifier | undefined
  return {
    async verify(token) {
      const jwks = await keys.jwks()
      if (!verifier || madeOf !== jwks) {
        // A key that was retired must not live on in what a verifier remembers, so a change of keys makes a new one.
        verifier = createTokenVerifier({ issuer, keys: jwks, now })
        madeOf = jwks
      }
      return verifier.verify(token)
    },
  }
}
