import type { App } from '@skyhold/platform'
import type { KeysController } from '../controllers/keys.ts'
import { PublicKeySet, RevokedList, RevokedQuery } from './schemas.ts'

/** What others need to judge a token: the public keys, and which sessions have ended. */
export function keysRoutes(http: App, keys: KeysController): void {
  http.get(
    '/.well-known/jwks.json',
    {
      config: { access: 'public' },
      schema: {
        tags: ['auth'],
        operationId: 'listPublicKeys',
        summary: 'Public keys of the access tokens (RFC 7517)',
        response: { 200: PublicKeySet },
      },
    },
    (_request, reply) => keys.listPublic(reply),
  )
  // For the gateways, once a second; never through the gateway.
  http.get(
    '/internal/revoked-sessions',
    { config: { access: 'internal' }, schema: { querystring: RevokedQuery, response: { 200: RevokedList } } },
    (request) => keys.listRevoked(request.query),
  )
}
