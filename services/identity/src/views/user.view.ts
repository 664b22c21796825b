import type { User } from '@skyhold/contracts'
import type { UserAccount } from '../domain/user.ts'

export const userView = ({ id, email, givenNames, familyName, roles }: UserAccount): User => ({ id, email, givenNames, familyName, roles })
