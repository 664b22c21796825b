import type { FastifyReply } from 'fastify'

const HALF_A_YEAR = 15_552_000

/** Headers of every answer. HSTS only where people come by https: elsewhere it would lock them out of their own machine. */
export function safetyHeaders(publicUrl: string): Record<string, string> {
  return {
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    // Nothing of ours is to be shown in the frame of another page; pages have a longer policy of their own.
    'content-security-policy': "frame-ancestors 'none'",
    'cross-origin-opener-policy': 'same-origin',
    ...(publicUrl.startsWith('https:') ? { 'strict-transport-security': `max-age=${HALF_A_YEAR}; includeSubDomains` } : {}),
  }
}

/** What a page may load: its own files and nothing inline, beside what the caller names (hashes of scripts that a library writes into its page). */
export function contentSecurityPolicy({ scripts = [], styles = [] }: { scripts?: string[]; styles?: string[] } = {}): string {
  return [
    "default-src 'none'",
    ["script-src 'self'", ...scripts].join(' '),
    ["style-src 'self'", ...styles].join(' '),
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** An answer made for one caller stays out of every cache. */
export const NO_STORE = 'no-store'

export const sendPage = (reply: FastifyReply, html: string | Buffer, policy = contentSecurityPolicy()) =>
  reply.type('text/html; charset=utf-8').header('content-security-policy', policy).send(html)
