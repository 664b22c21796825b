import { randomUUID } from 'node:crypto'
import { ACCESS_TOKEN_SECONDS, TOKEN_ALGORITHM, TOKEN_AUDIENCE, TOKEN_TYPE } from '@skyhold/platform'
import { SignJWT, type CryptoKey } from 'jose'
import type { Session } from './session.ts'
import type { UserAccount } from './user.ts'

export interface SigningKey {
  kid: string
  privateKey: CryptoKey
}

export interface TokenSubject {
  user: Pick<UserAccount, 'id' | 'roles' | 'operatorId'>
  session: Pick<Session, 'id' | 'amr'>
  issuer: string
  /** The clock of this process, because the services that verify the token compare it with theirs. */
  issuedAtMs: number
}

/** An access token as the contract has it: EdDSA, `typ` at+jwt (RFC 9068), ten minutes; `amr` says how its owner has signed in (RFC 8176). */
export function signAccessToken({ user, session, issuer, issuedAtMs }: TokenSubject, key: SigningKey): Promise<string> {
  const issuedAt = Math.floor(issuedAtMs / 1000)
  return new SignJWT({ sid: session.id, roles: user.roles, operator: user.operatorId, amr: session.amr })
    .setProtectedHeader({ alg: TOKEN_ALGORITHM, typ: TOKEN_TYPE, kid: key.kid })
    .setIssuer(issuer)
    .setAudience(TOKEN_AUDIENCE)
    .setSubject(user.id)
    .setJti(randomUUID())
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + ACCESS_TOKEN_SECONDS)
    .sign(key.privateKey)
}
