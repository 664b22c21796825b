import { Type, type Static } from 'typebox'
import { Email, PersonName } from './bookings.ts'
import { Id } from './ids.ts'

export const ROLES = ['customer', 'agent', 'admin'] as const
export type Role = (typeof ROLES)[number]
const closed = { additionalProperties: false } as const

/** 8 to 128 characters and no composition rules (OWASP, NIST SP 800-63B): length is what protects. */
export const Password = Type.String({ minLength: 8, maxLength: 128 })
export const Register = Type.Object({ email: Email, password: Password, givenNames: PersonName, familyName: PersonName }, closed)
export const Login = Type.Object(
  { email: Type.String({ minLength: 1, maxLength: 254 }), password: Type.String({ minLength: 1, maxLength: 128 }) },
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
  },
  closed,
)
export type Tokens = Static<typeof Tokens>
