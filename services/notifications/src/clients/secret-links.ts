import { createServiceTokens } from '@skyhold/platform'
import { MailRefused } from './mail-transport.ts'

const PATIENCE_MS = 5_000
const NOT_FOUND = 404

export interface SecretLinksOptions {
  /** Base URLs of identity's replicas. */
  identityUrls: readonly string[]
  /** SERVICE_TOKEN_SECRET. */
  secret: string
}

/**
 * The secret link of a handle, asked of identity at the moment when its mail is made, so that it is stored nowhere here. Throws MailRefused: permanent for a
 * link that is used or over, whose mail would only disappoint.
 */
export function openSecretLinks({ identityUrls, secret }: SecretLinksOptions): (handle: string) => Promise<string> {
  const tokens = createServiceTokens(secret, 'notifications')
  let turn = 0
  return async (handle) => {
    const base = identityUrls[turn++ % identityUrls.length] ?? ''
    const answer = await fetch(`${base}/internal/mail-links/${encodeURIComponent(handle)}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await tokens.sign('identity')}` },
      signal: AbortSignal.timeout(PATIENCE_MS),
    }).catch((cause: unknown) => {
      throw new MailRefused('temporary', 'identity cannot be reached for the link of this mail', cause)
    })
    if (answer.status === NOT_FOUND) throw new MailRefused('permanent', 'The link of this mail has been used or is over.')
    if (!answer.ok) throw new MailRefused('temporary', `identity answered ${answer.status} for the link of this mail`)
    const { url } = (await answer.json()) as { url: string }
    return url
  }
}
