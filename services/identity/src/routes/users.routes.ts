import { ListOf, User } from '@skyhold/contracts'
import { type App, refusals } from '@skyhold/platform'
import type { UsersController } from '../controllers/users.controller.ts'
import { SetRoles, UserPath, UserQuery } from './schemas.ts'

export function usersRoutes(http: App, users: UsersController): void {
  http.get(
    '/api/v1/users',
    {
      config: { access: ['admin'] },
      schema: {
        tags: ['users'],
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
      config: { access: ['admin'] },
      schema: {
        tags: ['users'],
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
}
