import { Account, ListOf, rolesWith, SessionItem, UpdateMe } from '@skyhold/contracts'
import { type App, refusals } from '@skyhold/platform'
import { Type } from 'typebox'
import type { MeController } from '../controllers/me.ts'
import { ListQuery, SessionPath } from './schemas.ts'

const SIGNED_IN = { access: rolesWith('account.own') }

export function meRoutes(http: App, me: MeController): void {
  http.get(
    '/api/v1/me',
    {
      config: SIGNED_IN,
      schema: {
        tags: ['me'],
        operationId: 'readMe',
        summary: 'The account of the caller',
        response: { 200: Account, ...refusals('unauthenticated', 'invalid_token') },
      },
    },
    (request, reply) => me.show(request, reply),
  )
  http.patch(
    '/api/v1/me',
    {
      config: SIGNED_IN,
      schema: {
        tags: ['me'],
        operationId: 'updateMe',
        summary: 'Change the names of the caller',
        body: UpdateMe,
        response: { 200: Account, ...refusals('invalid_request', 'unauthenticated', 'invalid_token') },
      },
    },
    (request, reply) => me.update(request.body, request, reply),
  )
  http.get(
    '/api/v1/me/sessions',
    {
      config: SIGNED_IN,
      schema: {
        tags: ['me'],
        operationId: 'listSessions',
        summary: 'Where the caller is signed in, newest first',
        querystring: ListQuery,
        response: { 200: ListOf(SessionItem), ...refusals('invalid_request', 'unauthenticated', 'invalid_token') },
      },
    },
    (request, reply) => me.listSessions(request.query, request, reply),
  )
  http.delete(
    '/api/v1/me/sessions',
    {
      config: SIGNED_IN,
      schema: {
        tags: ['me'],
        operationId: 'endOtherSessions',
        summary: 'Sign the caller out everywhere else; the session that asks goes on',
        response: {
          204: Type.Null({ description: 'The other sessions have ended.' }),
          ...refusals('unauthenticated', 'invalid_token'),
        },
      },
    },
    (request, reply) => me.endOtherSessions(request, reply),
  )
  http.delete(
    '/api/v1/me/sessions/:id',
    {
      config: SIGNED_IN,
      schema: {
        tags: ['me'],
        operationId: 'endSession',
        summary: 'End one of the sessions of the caller',
        params: SessionPath,
        response: {
          204: Type.Null({ description: 'The session has ended.' }),
          ...refusals('invalid_request', 'unauthenticated', 'invalid_token', 'not_found'),
        },
      },
    },
    (request, reply) => me.revokeSession(request.params.id, request, reply),
  )
}
