import { Type, type Static } from 'typebox'
import { Email, PersonName } from './bookings.ts'
import { Id } from './ids.ts'
import { Instant } from './time.ts'

export const ROLES = ['customer', 'agent', 'admin'] as const
export type Role = (typeof ROLES)[number]
const closed = { additionalProperties: false } as const

/** 8 to 128 characters and no composition rules (OWASP, NIST SP 800-63B): length is what protects. */
export const Password = Type.String({ minLength: 8, maxLength: 128 })
export const Register = Type.Object(
  { email: Email, password: Password, givenNames: PersonName, familyName: PersonName },
  {
    ...closed,
    examples: [{ email: 'asha@example.com', password: 'seven quiet rivers', givenNames: 'Asha', familyName: 'Rao' }],
  },
)
/** As people type it: blanks and hyphens within it count for nothing. */
export const SecondFactorCode = Type.String({ minLength: 6, maxLength: 48 })
export const Login = Type.Object(
  {
    email: Type.String({ minLength: 1, maxLength: 254 }),
    password: Type.String({ minLength: 1, maxLength: 128 }),
    /** For an account with a second factor: six digits of its app, or one of its recovery codes. */
    code: Type.Optional(SecondFactorCode),
  },
  closed,
)
export const RefreshRequest = Type.Object({ refreshToken: Type.String({ minLength: 1, maxLength: 200 }) }, closed)
export const User = Type.Object(
  {
    id: Id('user'),
    email: Type.String(),
    givenNames: Type.String(),
    familyName: Type.String(),
    roles: Type.Array(Type.Enum(ROLES)),
  },
  closed,
)
export type User = Static<typeof User>
/** The caller's own account. */
export const Account = Type.Object({ ...User.properties, emailVerified: Type.Boolean() }, closed)
export type Account = Static<typeof Account>
/** A token that came by e-mail. */
const LinkToken = Type.String({ minLength: 1, maxLength: 200 })
export const VerifyEmail = Type.Object({ token: LinkToken }, closed)
export const RequestPasswordReset = Type.Object({ email: Type.String({ minLength: 1, maxLength: 254 }) }, closed)
export const ResetPassword = Type.Object({ token: LinkToken, password: Password }, closed)
export const ChangePassword = Type.Object({ currentPassword: Type.String({ minLength: 1, maxLength: 128 }), newPassword: Password }, closed)
export const ChangeEmail = Type.Object({ email: Email, password: Type.String({ minLength: 1, maxLength: 128 }) }, closed)
export const UpdateMe = Type.Object(
  { givenNames: Type.Optional(PersonName), familyName: Type.Optional(PersonName) },
  { ...closed, minProperties: 1 },
)
export const Tokens = Type.Object(
  {
    accessToken: Type.String(),
    tokenType: Type.Literal('Bearer'),
    expiresInSeconds: Type.Integer(),
    refreshToken: Type.String(),
    /** True when the token has the role `customer` alone because its owner, who is an agent or administrator, has no second factor yet. */
    secondFactorSetupRequired: Type.Optional(Type.Boolean()),
  },
  closed,
)
export type Tokens = Static<typeof Tokens>

/** A session of the caller's, as he sees it. */
export const SessionItem = Type.Object(
  {
    id: Id('session'),
    createdAt: Instant,
    lastUsedAt: Instant,
    expiresAt: Instant,
    userAgent: Type.String(),
    address: Type.String(),
    /** True for the session that asks. */
    current: Type.Boolean(),
  },
  closed,
)
export type SessionItem = Static<typeof SessionItem>

export const SecondFactor = Type.Object(
  {
    /** `pending` from the secret until a first code has proved that the app has it. */
    status: Type.Enum(['none', 'pending', 'active']),
    recoveryCodesLeft: Type.Integer({ minimum: 0 }),
  },
  closed,
)
export type SecondFactor = Static<typeof SecondFactor>
export const BeginSecondFactor = Type.Object({ password: Type.String({ minLength: 1, maxLength: 128 }) }, closed)
/** For an authenticator app: the secret in base32, and the same as the text of a QR code. */
export const SecondFactorSecret = Type.Object({ secret: Type.String(), otpauthUri: Type.String() }, closed)
export type SecondFactorSecret = Static<typeof SecondFactorSecret>
export const ConfirmSecondFactor = Type.Object({ code: SecondFactorCode }, closed)
/** Each opens the account once in the place of a code; told here and never again. */
export const RecoveryCodes = Type.Object({ recoveryCodes: Type.Array(Type.String()) }, closed)
export type RecoveryCodes = Static<typeof RecoveryCodes>
export const RemoveSecondFactor = Type.Object({ password: Type.String({ minLength: 1, maxLength: 128 }), code: SecondFactorCode }, closed)

/** Who did what to whom or what, when, and how it was before and after. */
export const AuditItem = Type.Object(
  {
    id: Type.String(),
    at: Type.String(),
    /** A user's id, `operator` for what was done on the server itself, or the `job:…` that did it. */
    actorId: Type.String(),
    action: Type.String(),
    subject: Type.Object({ type: Type.String(), id: Type.String() }, closed),
    /** Null where there was nothing, and where nothing may be told, as of a password. */
    before: Type.Unknown(),
    after: Type.Unknown(),
    requestId: Type.String(),
  },
  closed,
)
export type AuditItem = Static<typeof AuditItem>
