import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { TYPES_FILE, typesText } from '../../scripts/types.ts'

test('generated types — as openapi/skyhold.json is now — are up to date (npm run contract)', async () => {
  expect(readFileSync(TYPES_FILE, 'utf8')).toBe(await typesText())
})
