import { Id, PageQuery, ROLES } from '@skyhold/contracts'
import { Type } from 'typebox'

const closed = { additionalProperties: false } as const

export const SessionPath = Type.Object({ id: Id('session') }, closed)
export const UserPath = Type.Object({ id: Id('user') }, closed)
export const ListQuery = Type.Object(PageQuery, closed)
/** `q` is a part of an e-mail address: visible ASCII. */
export const UserQuery = Type.Object(
  { ...PageQuery, q: Type.Optional(Type.String({ minLength: 1, maxLength: 254, pattern: '^[!-~]+$' })) },
  closed,
)
/** A moment in UTC, to the second or finer (ISO 8601). */
const Moment = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,3})?Z$' })
/** `actorId` is a user's id or `operator`; `since` is included, `until` is not. */
export const AuditQuery = Type.Object(
  {
    ...PageQuery,
    actorId: Type.Optional(
      Type.String({ pattern: '^(operator|usr_[0-9A-Za-z]{1,40})$', description: 'Who did it: a user, or `operator`' }),
    ),
    subjectId: Type.Optional(Id('user')),
    action: Type.Optional(Type.String({ pattern: '^[a-z_.]{1,64}$', description: 'What was done' })),
    since: Type.Optional(Moment),
    until: Type.Optional(Moment),
  },
  closed,
)
export const SetRoles = Type.Object(
  { roles: Type.Array(Type.Enum(ROLES), { minItems: 1, maxItems: ROLES.length, uniqueItems: true }) },
  closed,
)

/** RFC 7517. Only what an Ed25519 key has (RFC 8037): a member that is not listed here cannot leave. */
export const PublicKeySet = Type.Object(
  {
    keys: Type.Array(
      Type.Object(
        { kty: Type.String(), crv: Type.String(), x: Type.String(), kid: Type.String(), alg: Type.String(), use: Type.String() },
        closed,
      ),
    ),
  },
  closed,
)

/** The handle that an event carries. */
export const LinkPath = Type.Object({ handle: Type.String({ pattern: '^[\\w-]{43}$' }) }, closed)
export const RevealedLink = Type.Object({ url: Type.String(), expiresAt: Type.String() }, closed)

export const RevokedQuery = Type.Object({ since: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })) }, closed)
export const RevokedList = Type.Object(
  { data: Type.Array(Type.Object({ sessionId: Id('session'), revokedAt: Type.Integer() }, closed)), now: Type.Integer() },
  closed,
)
