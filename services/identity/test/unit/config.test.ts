import { expect, test } from 'vitest'
import { identitySettings, isSecondFactorRequired } from '../../src/config.ts'

const PRODUCTION = {
  SKYHOLD_ENV: 'production',
  DATABASE_URL: 'mysql://identity:secret@db.internal/skyhold_identity',
  SERVICE_TOKEN_SECRET: 'one secret of our own, thirty-two long',
  KEY_ENCRYPTION_SECRET: 'two secret of our own, thirty-two long',
  COOKIE_SECRET: 'three secret of our own, thirty-two long',
  ADMIN_PASSWORD: 'a word that nobody knows',
}

test('the settings — none given — are those of development', () => {
  expect(identitySettings({})).toMatchObject({ SKYHOLD_ENV: 'development', ADMIN_EMAIL: 'admin@skyhold.example', SEED: 'demo' })
})

test('the settings — of production with secrets of its own — are taken', () => {
  expect(identitySettings(PRODUCTION).SKYHOLD_ENV).toBe('production')
})

test.each(['SERVICE_TOKEN_SECRET', 'KEY_ENCRYPTION_SECRET', 'COOKIE_SECRET', 'ADMIN_PASSWORD'] as const)(
  'the settings — of production without %s — are refused by its name',
  (name) => {
    const { [name]: _, ...rest } = PRODUCTION
    expect(() => identitySettings(rest)).toThrow(name)
  },
)

test.each([
  ['ADMIN_EMAIL', { ADMIN_EMAIL: 'admin' }],
  ['ADMIN_PASSWORD', { ADMIN_PASSWORD: 'short' }],
  ['ADMIN_PASSWORD', { ...PRODUCTION, ADMIN_PASSWORD: 'iloveyou' }],
])('the settings — with a bad %s — are refused by its name', (name, env) => {
  expect(() => identitySettings(env)).toThrow(name)
})

test.each([
  [{}, false],
  [{ SECOND_FACTOR_REQUIRED: 'on' }, true],
  [PRODUCTION, true],
  [{ ...PRODUCTION, SECOND_FACTOR_REQUIRED: 'off' }, false],
])('the second factor of staff — with the settings %j — is required: %s', (env, isRequired) => {
  expect(isSecondFactorRequired(identitySettings(env))).toBe(isRequired)
})
