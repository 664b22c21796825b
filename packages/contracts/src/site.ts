import { Type } from 'typebox'

const closed = { additionalProperties: false } as const

/** The answer to a sign-in on a page: the tokens themselves are in a cookie that no script can read. */
export const CookieSession = Type.Object(
  {
    expiresInSeconds: Type.Integer({ description: 'How long the access token behind the cookie is good; the gateway renews it by itself' }),
    csrfToken: Type.String({ description: 'Goes into X-CSRF-Token of every change' }),
    secondFactorSetupRequired: Type.Optional(Type.Boolean()),
  },
  closed,
)

/** The token of the session in the cookie; null when there is none. */
export const CsrfToken = Type.Object({ csrfToken: Type.Union([Type.String(), Type.Null()]) }, closed)
