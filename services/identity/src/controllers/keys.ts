import type { FastifyReply } from 'fastify'
import type { Static } from 'typebox'
import type { PublicKeySet } from '../routes/schemas.ts'
import type { IdentityDeps } from '../services/deps.ts'
import { listRevokedSessions } from '../services/revoked-sessions.ts'
import { JWKS_MAX_AGE_SECONDS } from '../services/rotate-keys.ts'

export class KeysController {
  readonly #deps: IdentityDeps

  constructor(deps: IdentityDeps) {
    this.#deps = deps
  }

  async listPublic(reply: FastifyReply): Promise<Static<typeof PublicKeySet>> {
    // Short: after a rotation nobody should hold on to the old list for long.
    reply.header('cache-control', `public, max-age=${JWKS_MAX_AGE_SECONDS}`)
    const { keys } = await this.#deps.keys.jwks()
    return { keys: keys.map(({ kty, crv = '', x = '', kid = '', alg = '', use = '' }) => ({ kty: kty ?? '', crv, x, kid, alg, use })) }
  }

  listRevoked({ since = 0 }: { since?: number }) {
    return listRevokedSessions(since, this.#deps)
  }
}
