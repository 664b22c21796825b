import { type Static, Type } from 'typebox'
import { Id } from './ids.ts'

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
export type CookieSession = Static<typeof CookieSession>

/** The token of the session in the cookie; null when there is none. */
export const CsrfToken = Type.Object({ csrfToken: Type.Union([Type.String(), Type.Null()]) }, closed)
export type CsrfToken = Static<typeof CsrfToken>

export const TakePlace = Type.Object({ flightId: Id('flight') }, closed)
export type TakePlace = Static<typeof TakePlace>
/** A place in the line for a flight, as it stands now. */
export const PlaceInLine = Type.Object(
  {
    place: Type.String({ description: 'Goes into Waiting-Room-Place of POST /holds once it is admitted; its owner alone may use it' }),
    flightId: Id('flight'),
    position: Type.Integer({ minimum: 0, description: 'How many are still to be let in until it is this one; 0 = admitted' }),
    admittedInSeconds: Type.Integer({ minimum: 0, description: '0 = admitted' }),
    lapsesAt: Type.String({ description: 'Until then it may be used' }),
  },
  closed,
)
export type PlaceInLine = Static<typeof PlaceInLine>
