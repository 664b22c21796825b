import { ChangeEmail, ChangePassword, RequestPasswordReset, ResetPassword, rolesWith, VerifyEmail } from '@skyhold/contracts'
import { type App, refusals } from '@skyhold/platform'
import { Type } from 'typebox'
import type { CredentialsController } from '../controllers/credentials.ts'
import { LinkPath, RevealedLink } from './schemas.ts'

const SIGNED_IN = { access: rolesWith('account.own') }
const done = (description: string) => ({ 204: Type.Null({ description }) })
const underWay = (description: string) => ({ 202: Type.Null({ description }) })

export function credentialsRoutes(http: App, credentials: CredentialsController): void {
  http.post(
    '/api/v1/auth/verification-requests',
    {
      config: SIGNED_IN,
      schema: {
        tags: ['auth'],
        operationId: 'requestVerification',
        summary: 'Have the link that verifies the e-mail address of the caller sent again',
        response: {
          ...underWay('A link is on its way, unless the address is verified or several went there lately.'),
          ...refusals('unauthenticated', 'invalid_token'),
        },
      },
    },
    (request, reply) => credentials.requestVerification(request, reply),
  )
  http.post(
    '/api/v1/auth/verifications',
    {
      config: { access: 'public' },
      schema: {
        tags: ['auth'],
        operationId: 'verifyEmail',
        summary: 'Verify an e-mail address by the token of its link; a new address becomes the account’s own',
        body: VerifyEmail,
        response: { ...done('The address is verified.'), ...refusals('invalid_request', 'email_taken') },
      },
    },
    (request, reply) => credentials.verifyEmail(request.body, request, reply),
  )
  http.post(
    '/api/v1/auth/password-resets',
    {
      config: { access: 'public' },
      schema: {
        tags: ['auth'],
        operationId: 'requestPasswordReset',
        summary: 'Have a link to set a new password sent; the answer is the same for an address without an account',
        body: RequestPasswordReset,
        response: {
          ...underWay('If the address has an account, a link is on its way, or one that is still good came lately.'),
          ...refusals('invalid_request', 'rate_limited'),
        },
      },
    },
    (request, reply) => credentials.requestReset(request.body, request, reply),
  )
  http.post(
    '/api/v1/auth/password-resets/confirmation',
    {
      config: { access: 'public' },
      schema: {
        tags: ['auth'],
        operationId: 'resetPassword',
        summary: 'Set a new password by the token of its link; ends all sessions',
        body: ResetPassword,
        response: { ...done('The password is set.'), ...refusals('invalid_request', 'rate_limited') },
      },
    },
    (request, reply) => credentials.resetPassword(request.body, request, reply),
  )
  ownCredentialsRoutes(http, credentials)
  // For notifications, when it sends the mail; never through the gateway.
  http.post(
    '/internal/mail-links/:handle',
    {
      config: { access: 'internal', callers: ['notifications'] },
      schema: { params: LinkPath, response: { 200: RevealedLink, ...refusals('not_found') } },
    },
    (request, reply) => credentials.revealLink(request.params.handle, reply),
  )
}

function ownCredentialsRoutes(http: App, credentials: CredentialsController): void {
  http.put(
    '/api/v1/me/email',
    {
      config: SIGNED_IN,
      schema: {
        tags: ['me'],
        operationId: 'changeEmail',
        summary: 'Change the e-mail address: a link is sent to the new one, and the old one stays until it is used',
        body: ChangeEmail,
        response: {
          ...underWay('A link is on its way to the new address, unless several went there lately.'),
          ...refusals('invalid_request', 'unauthenticated', 'invalid_token', 'email_taken', 'rate_limited'),
        },
      },
    },
    (request, reply) => credentials.changeEmail(request.body, request, reply),
  )
  http.put(
    '/api/v1/me/password',
    {
      config: SIGNED_IN,
      schema: {
        tags: ['me'],
        operationId: 'changePassword',
        summary: 'Change the password; ends the other sessions of the caller',
        body: ChangePassword,
        response: {
          ...done('The password is changed.'),
          ...refusals('invalid_request', 'unauthenticated', 'invalid_token', 'rate_limited'),
        },
      },
    },
    (request, reply) => credentials.changePassword(request.body, request, reply),
  )
}
