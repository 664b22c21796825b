import { Login, RefreshRequest, Register, Tokens, User } from '@skyhold/contracts'
import { type App, refusals } from '@skyhold/platform'
import { Type } from 'typebox'
import type { AuthController } from '../controllers/auth.ts'

export function authRoutes(http: App, auth: AuthController): void {
  http.post(
    '/api/v1/auth/register',
    {
      config: { access: 'public' },
      schema: {
        tags: ['auth'],
        operationId: 'register',
        summary: 'Open an account',
        body: Register,
        response: { 201: User, ...refusals('invalid_request', 'email_taken', 'rate_limited') },
      },
    },
    (request, reply) => auth.register(request.body, request, reply),
  )
  http.post(
    '/api/v1/auth/login',
    {
      config: { access: 'public' },
      schema: {
        tags: ['auth'],
        operationId: 'login',
        summary: 'Sign in; an account with a second factor needs a code of it too',
        body: Login,
        response: {
          200: Tokens,
          ...refusals('invalid_request', 'invalid_credentials', 'second_factor_required', 'invalid_second_factor', 'rate_limited'),
        },
      },
    },
    (request, reply) => auth.login(request.body, request, reply),
  )
  http.post(
    '/api/v1/auth/refresh',
    {
      config: { access: 'public' },
      schema: {
        tags: ['auth'],
        operationId: 'refreshTokens',
        summary: 'Trade a refresh token for new tokens; within ten seconds the same token answers the same successor',
        body: RefreshRequest,
        response: { 200: Tokens, ...refusals('invalid_request', 'invalid_token') },
      },
    },
    (request, reply) => auth.refresh(request.body, request, reply),
  )
  http.post(
    '/api/v1/auth/logout',
    {
      config: { access: 'public' },
      schema: {
        tags: ['auth'],
        operationId: 'logout',
        summary: 'End the session of a refresh token',
        body: RefreshRequest,
        response: { 204: Type.Null({ description: 'The session has ended.' }), ...refusals('invalid_request') },
      },
    },
    (request, reply) => auth.logout(request.body, request, reply),
  )
  // For the gateways, on behalf of a browser with a cookie; never through the gateway.
  http.post(
    '/internal/site-sessions/refresh',
    {
      config: { access: 'internal', callers: ['gateway'] },
      schema: { body: RefreshRequest, response: { 200: Tokens, ...refusals('invalid_request', 'invalid_token') } },
    },
    (request, reply) => auth.refreshForSite(request.body, request, reply),
  )
}
