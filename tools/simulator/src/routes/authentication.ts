import type { App } from '@skyhold/platform/without-database'
import { Type } from 'typebox'
import { approve, findByClientSecret, reject } from '../services/authentication.ts'
import type { Provider } from '../services/provider.ts'
import { authenticationPage, returnAddress } from '../views/authentication.ts'
import { PAGE_HEADERS } from '../views/page.ts'

const Path = Type.Object({ clientSecret: Type.String({ maxLength: 128 }) })
const open = { schema: { params: Path }, config: { access: 'public' } } as const

/** The page that stands in for a bank's 3-D Secure. Its address holds the client secret, which only the payer's browser and the shop know. */
export function authenticationRoutes(provider: Provider) {
  return async (http: App): Promise<void> => {
    http.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => done(null, body))

    http.get('/3ds/:clientSecret', open, async (request, reply) => {
      const intent = findByClientSecret(provider, request.params.clientSecret)
      if (!intent) return reply.callNotFound()
      return reply.headers(PAGE_HEADERS).send(authenticationPage(intent))
    })

    http.post('/3ds/:clientSecret', open, async (request, reply) => {
      const { clientSecret } = request.params
      const before = findByClientSecret(provider, clientSecret)
      if (!before) return reply.callNotFound()
      const decision = new URLSearchParams(typeof request.body === 'string' ? request.body : '').get('decision')
      const after = decision === 'approve' ? await approve(provider, clientSecret) : await reject(provider, clientSecret)
      return reply.redirect(returnAddress(before, after ?? before) ?? `/3ds/${clientSecret}`, 303)
    })
  }
}
