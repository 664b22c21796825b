import { deriveKey, seal, TOKEN_ALGORITHM } from '@skyhold/platform'
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'
import type { NewKey } from '../repositories/signing-key.ts'

/** Seals the private halves of the signing keys. */
export const signingKeySealer = (secret: string): Buffer => deriveKey({ secret, purpose: 'signing-key' })

/** A key pair of its own, its private half sealed under KEY_ENCRYPTION_SECRET. */
export async function makeSigningKey(secret: string): Promise<NewKey> {
  const { publicKey, privateKey } = await generateKeyPair(TOKEN_ALGORITHM, { crv: 'Ed25519', extractable: true })
  const bare = await exportJWK(publicKey)
  // The thumbprint (RFC 7638) names a key by what it is: no two keys have one name.
  const kid = await calculateJwkThumbprint(bare)
  return {
    kid,
    algorithm: TOKEN_ALGORITHM,
    publicJwk: JSON.stringify({ ...bare, kid, alg: TOKEN_ALGORITHM, use: 'sig' }),
    privateSealed: seal(signingKeySealer(secret), JSON.stringify(await exportJWK(privateKey)), kid),
  }
}
