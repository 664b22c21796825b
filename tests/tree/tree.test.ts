import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { importViolations } from './rules/imports.ts'
import { shapeViolations, textViolations } from './rules/texts.ts'
import { sourceFiles } from './source-files.ts'

const files = sourceFiles(fileURLToPath(new URL('../../', import.meta.url)))

test('the tree — it is read — has every service, so that the rules below look at something', () => {
  for (const service of ['gateway', 'identity', 'flights', 'bookings', 'notifications'])
    expect(files.map((file) => file.path)).toContain(`services/${service}/src/server.ts`)
})

test('the tree — imports — go in the directions of the architecture', () => {
  expect(files.flatMap(importViolations)).toEqual([])
})

test('the tree — words — none that the rules forbid', () => {
  expect(files.flatMap(textViolations)).toEqual([])
})

test('the tree — files — are of one thing and named in kebab-case', () => {
  expect(files.flatMap(shapeViolations)).toEqual([])
})
