import { createHmac } from 'node:crypto'

/**
 * Stripe's webhook signature: HMAC-SHA256 of `<seconds>.<body>` (https://docs.stripe.com/webhooks#verify-manually).
 * One `v1` for each secret, as Stripe sends them while a secret is rotated.
 */
export function signWebhook(body: string, secrets: readonly string[], atSeconds: number): string {
  const signatures = secrets.map((secret) => `v1=${createHmac('sha256', secret).update(`${atSeconds}.${body}`).digest('hex')}`)
  return [`t=${atSeconds}`, ...signatures].join(',')
}
