import type { App } from '@skyhold/platform/without-database'
import { Type } from 'typebox'
import type { Provider } from '../services/provider.ts'
import { ledgerLine, ledgerPage } from '../views/ledger.ts'
import { PAGE_HEADERS } from '../views/page.ts'

const LIMIT_MAX = 1000
const SHOWN_ON_THE_PAGE = 100

const LedgerQuery = Type.Object(
  {
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMIT_MAX })),
    cursor: Type.Optional(Type.String({ maxLength: 64 })),
    paymentIntent: Type.Optional(Type.String({ maxLength: 64 })),
  },
  { additionalProperties: false },
)

/** What was really charged, for anybody who wants to check the shop's books against it. No key needed. */
export function ledgerRoutes(http: App, provider: Provider): void {
  http.get('/ledger', { schema: { querystring: LedgerQuery }, config: { access: 'public' } }, async (request) => {
    const { limit, cursor = null, paymentIntent } = request.query
    if (paymentIntent !== undefined) {
      const charges = provider.charges.findByIntent(paymentIntent).map(ledgerLine)
      return { charges, nextCursor: null, total: charges.length }
    }
    // Without a limit everything comes at once: a check of the books that saw the first page only would be wrong without saying so.
    const found = provider.charges.page({ after: cursor, limit: limit === undefined ? -1 : limit + 1 })
    const charges = (limit === undefined ? found : found.slice(0, limit)).map(ledgerLine)
    return { charges, nextCursor: found.length > charges.length ? (charges.at(-1)?.id ?? null) : null, total: provider.charges.count() }
  })

  http.get('/', { config: { access: 'public' } }, async (_request, reply) => {
    const { data } = provider.charges.list({ limit: SHOWN_ON_THE_PAGE })
    const text = ledgerPage({ lines: data.map(ledgerLine), total: provider.charges.count(), webhooks: provider.deliveries.countWaiting() })
    return reply.headers(PAGE_HEADERS).send(text)
  })
}
