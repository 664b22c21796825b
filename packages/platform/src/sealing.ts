import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

const IV_BYTES = 12
const TAG_BYTES = 16
/** Names the way of sealing, so that a later one can be told apart. */
const VERSION = 'v1.'

/** What was sealed cannot be opened: another secret, another context, or somebody changed it. */
export class SealBroken extends Error {
  override name = 'SealBroken'
}

/** A key of its own for each purpose, from one secret (HKDF, RFC 5869). `salt` narrows it further, for instance to one token. */
export const deriveKey = ({ secret, purpose, salt = '' }: { secret: string; purpose: string; salt?: string }): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, salt, `skyhold:${purpose}`, 32))

/** AES-256-GCM. `context` is bound to the text: what is sealed for one row does not open in another. */
export function seal(key: Buffer, text: string, context: string): string {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  cipher.setAAD(Buffer.from(context))
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return VERSION + Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url')
}

/** The sealed text; throws SealBroken. */
export function unseal(key: Buffer, sealed: string, context: string): string {
  if (!sealed.startsWith(VERSION)) throw new SealBroken('The sealed text is of an unknown version.')
  const bytes = Buffer.from(sealed.slice(VERSION.length), 'base64url')
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
    decipher.setAAD(Buffer.from(context))
    decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8')
  } catch (cause) {
    throw new SealBroken('The sealed text does not open with this secret.', { cause })
  }
}
