import {
  BeginSecondFactor,
  ConfirmSecondFactor,
  RecoveryCodes,
  RemoveSecondFactor,
  rolesWith,
  SecondFactor,
  SecondFactorSecret,
} from '@skyhold/contracts'
import { type App, refusals } from '@skyhold/platform'
import { Type } from 'typebox'
import type { SecondFactorController } from '../controllers/second-factor.ts'
import { UserPath } from './schemas.ts'

const own = { access: rolesWith('account.own') }
const SET_UP = ['invalid_request', 'unauthenticated', 'invalid_token', 'email_not_verified', 'invalid_transition', 'rate_limited'] as const
const OWN_CHANGE = ['invalid_request', 'unauthenticated', 'invalid_token', 'invalid_transition', 'rate_limited'] as const

export function secondFactorRoutes(http: App, secondFactor: SecondFactorController): void {
  http.get(
    '/api/v1/me/second-factor',
    {
      config: own,
      schema: {
        tags: ['me'],
        operationId: 'getSecondFactor',
        summary: 'Whether the caller has a second factor, and how many recovery codes are left',
        response: { 200: SecondFactor, ...refusals('unauthenticated', 'invalid_token') },
      },
    },
    (request, reply) => secondFactor.show(request, reply),
  )
  http.post(
    '/api/v1/me/second-factor',
    {
      config: own,
      schema: {
        tags: ['me'],
        operationId: 'beginSecondFactor',
        summary: 'Have a secret for an authenticator app; a first code of it turns the second factor on',
        body: BeginSecondFactor,
        response: { 201: SecondFactorSecret, ...refusals(...SET_UP) },
      },
    },
    (request, reply) => secondFactor.begin(request.body, request, reply),
  )
  http.post(
    '/api/v1/me/second-factor/confirmation',
    {
      config: own,
      schema: {
        tags: ['me'],
        operationId: 'confirmSecondFactor',
        summary: 'Turn the second factor on by a first code; answers the recovery codes, this once, and ends other sessions',
        body: ConfirmSecondFactor,
        response: { 200: RecoveryCodes, ...refusals(...SET_UP) },
      },
    },
    (request, reply) => secondFactor.confirm(request.body, request, reply),
  )
  http.delete(
    '/api/v1/me/second-factor',
    {
      config: own,
      schema: {
        tags: ['me'],
        operationId: 'removeSecondFactor',
        summary:
          'Take the second factor off by password and code; ends other sessions, and this one too where an agent or administrator must have one',
        body: RemoveSecondFactor,
        response: { 204: Type.Null({ description: 'The account has no second factor.' }), ...refusals(...OWN_CHANGE) },
      },
    },
    (request, reply) => secondFactor.remove(request.body, request, reply),
  )
  http.delete(
    '/api/v1/users/:id/second-factor',
    {
      config: { access: rolesWith('users.reset-second-factor') },
      schema: {
        tags: ['users'],
        operationId: 'resetSecondFactor',
        summary: 'Take a lost second factor off another’s account; ends all its sessions',
        params: UserPath,
        response: {
          204: Type.Null({ description: 'The account has no second factor.' }),
          ...refusals('invalid_request', 'unauthenticated', 'invalid_token', 'forbidden', 'not_found', 'invalid_transition'),
        },
      },
    },
    (request, reply) => secondFactor.reset(request.params.id, request, reply),
  )
}
