import { existsSync, globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const documents = globSync('**/*.md', {
  cwd: ROOT,
  exclude: (name) => name.includes('node_modules') || path.basename(name).startsWith('.'),
})

/** The relative links of a text, without their anchors. What stands in code is no link. */
function linksOf(text: string): string[] {
  const prose = text.replaceAll(/^```[\s\S]*?^```/gm, '').replaceAll(/`[^`\n]*`/g, '')
  const targets = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '')
  return targets.filter((target) => !/^(?:[a-z]+:|#)/.test(target)).map((target) => target.replace(/#.*$/, ''))
}

test('the documents — every relative link — leads to a file that is there', () => {
  const dead = documents.flatMap((document) =>
    linksOf(readFileSync(path.join(ROOT, document), 'utf8'))
      .filter((target) => !existsSync(path.join(ROOT, path.dirname(document), target)))
      .map((target) => `${document}: ${target}`),
  )
  expect(documents).toContain('README.md')
  expect(dead).toEqual([])
})

test('links of a text — in prose, in code and to elsewhere — are those in prose to files', () => {
  expect(linksOf('[a](docs/a.md#top) [b](https://example.com) [c](#here) `[d](d.md)`\n```\n[e](e.md)\n```\n')).toEqual(['docs/a.md'])
})

/** A heading as GitHub and its like link to it. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} -]/gu, '')
    .replaceAll(' ', '-')

test('the runbook — asked by each integrity check, and by its own links — has that section', () => {
  const runbook = readFileSync(path.join(ROOT, 'docs/runbook.md'), 'utf8')
  const sections = [...runbook.matchAll(/^#+ (.+)$/gm)].map((match) => anchorOf(match[1] ?? ''))
  const checks = globSync('{packages,services}/*/src/integrity/*.ts', { cwd: ROOT }).flatMap((file) =>
    [...readFileSync(path.join(ROOT, file), 'utf8').matchAll(/runbook: '([^']+)'/g)].map((match) => match[1] ?? ''),
  )
  const links = [...runbook.matchAll(/\]\(#([^)]+)\)/g)].map((match) => match[1] ?? '')
  expect(checks.length).toBeGreaterThan(8)
  expect([...checks, ...links].filter((anchor) => !sections.includes(anchor))).toEqual([])
})
