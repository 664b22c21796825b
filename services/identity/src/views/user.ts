import type { Account, User } from '@skyhold/contracts'
import type { UserAccount } from '../domain/user.ts'

export const userView = ({ id, email, givenNames, familyName, roles }: UserAccount): User => ({ id, email, givenNames, familyName, roles })

export const accountView = (user: UserAccount): Account => ({ ...userView(user), emailVerified: user.emailVerifiedAtMs !== null })
