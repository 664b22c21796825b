import { expect, test } from 'vitest'
import { verdictOf } from '../../src/testing/audit-verdict.ts'

const report = (vulnerabilities: object) => JSON.stringify({ auditReportVersion: 2, vulnerabilities, metadata: {} })
const advisory = { source: 1, title: 'Command injection', url: 'https://github.com/advisories/GHSA-35jh-r3h4-6jhm', severity: 'high' }

test('an audit — without advisories, or with lesser ones — passes', () => {
  expect(verdictOf(report({})).passed).toBe(true)
  const lesser = verdictOf(report({ a: { severity: 'low', via: [] }, b: { severity: 'moderate', via: [advisory] } }))
  expect(lesser).toEqual({ lines: ['dependency audit: no advisory of high severity for what is run'], passed: true })
})

test.each(['high', 'critical'])('an audit — with an advisory of %s severity — fails, and names package and advisory', (severity) => {
  const { lines, passed } = verdictOf(
    report({
      lodash: { severity, range: '<4.17.12', via: [advisory], fixAvailable: true },
      user: { severity, range: '*', via: ['lodash'], fixAvailable: false },
    }),
  )
  expect(passed).toBe(false)
  expect(lines).toEqual([
    'dependency audit: FAILED, 2 of the packages that are run have advisories of high severity',
    `  lodash <4.17.12 (${severity}): Command injection https://github.com/advisories/GHSA-35jh-r3h4-6jhm; npm audit fix mends it`,
    `  user * (${severity}): by what it depends on`,
  ])
})

test.each([
  [
    'refuses',
    '{"message":"405 Method Not Allowed - POST https://registry.example","statusCode":405,"error":{"summary":"","detail":""}}',
    '405 Method Not Allowed - POST https://registry.example',
  ],
  [
    'cannot be reached',
    '{"error":{"code":"ENOTFOUND","summary":"request failed,\\n no such host","detail":""}}',
    'request failed, no such host',
  ],
  ['answers no JSON', '<html>proxy</html>', '<html>proxy</html>'],
  ['answers null', 'null', 'null'],
  ['says nothing', '', 'npm said nothing'],
  ['hangs', 'no answer in 120 s', 'no answer in 120 s'],
])('an audit — whose registry %s — is NOT RUN with the reason, and no failure', (_how, output, reason) => {
  expect(verdictOf(output)).toEqual({ lines: [`NOT RUN: dependency audit (${reason})`], passed: true })
})
