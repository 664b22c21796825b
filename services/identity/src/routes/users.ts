import { ListOf, rolesWith, User } from '@skyhold/contracts'
import { type App, refusals } from '@skyhold/platform'
import { Type } from 'typebox'
import type { UsersController } from '../controllers/users.ts'
import { SetRoles, UserPath, UserQuery } from './schemas.ts'

export function usersRoutes(http: App, users: UsersController): void {
  http.get(
    '/api/v1/users',
    {
      config: { access: rolesWith('users.read') },
      schema: {
        tags: ['users'],
        operationId: 'listUsers',
        summary: 'Accounts, newest first; q is a part of the e-mail address',
        querystring: UserQuery,
        response: { 200: ListOf(User), ...refusals('invalid_request', 'unauthenticated', 'invalid_token', 'forbidden') },
      },
    },
    (request, reply) => users.list(request.query, request, reply),
  )
  http.put(
    '/api/v1/users/:id/roles',
    {
      config: { access: rolesWith('users.set-roles') },
      schema: {
        tags: ['users'],
        operationId: 'setRoles',
        summary: 'Give an account exactly these roles',
        params: UserPath,
        body: SetRoles,
        response: {
          200: User,
          ...refusals('invalid_request', 'unauthenticated', 'invalid_token', 'forbidden', 'not_found', 'invalid_transition'),
        },
      },
    },
    (request) => users.setRoles({ userId: request.params.id, roles: request.body.roles }, request),
  )
  http.delete(
    '/api/v1/users/:id/sessions',
    {
      config: { access: rolesWith('users.end-sessions') },
      schema: {
        tags: ['users'],
        operationId: 'endSessions',
        summary: 'Sign an account out everywhere',
        params: UserPath,
        response: {
          204: Type.Null({ description: 'The account is signed in nowhere.' }),
          ...refusals('invalid_request', 'unauthenticated', 'invalid_token', 'forbidden', 'not_found'),
        },
      },
    },
    (request, reply) => users.endSessions(request.params.id, request, reply),
  )
}
