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
