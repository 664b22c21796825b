import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const sources = globSync('{packages/platform,services/*}/src/**/*.ts', { cwd: ROOT }).map((file) =>
  readFileSync(path.join(ROOT, file), 'utf8'),
)
const runbook = readFileSync(path.join(ROOT, 'docs/runbook.md'), 'utf8')

/** What stands between the bracket at `start` and the one that closes it. */
function insideBrackets(text: string, start: number): string {
  let depth = 1
  let end = start
  for (; depth > 0 && end < text.length; end += 1) depth += text[end] === '(' ? 1 : text[end] === ')' ? -1 : 0
  return text.slice(start, end - 1)
}

/** The sentences that a source logs as errors: its whole literals of more than one word, and of a template the longest part that is always the same. */
function alarmsOf(source: string): string[] {
  const calls = [...source.matchAll(/log(?:ger)?\??\.(?:error|fatal)\(/gi)].map((match) =>
    insideBrackets(source, match.index + match[0].length),
  )
  return calls.flatMap((call) =>
    [...call.matchAll(/'([^'\n]*)'|`([^`]*)`/g)]
      .map(([, literal, template]) => literal ?? longestOf((template ?? '').split(/\$\{[^}]*\}/)))
      .filter((sentence) => sentence.trim().includes(' ')),
  )
}

const longestOf = (parts: readonly string[]): string => parts.reduce((longest, part) => (part.length > longest.length ? part : longest), '')

const metricsOf = (source: string): string[] =>
  [...source.matchAll(/(?:new (?:Counter|Gauge|Histogram)(?:<[^>]*>)?\(\{\s*name: |\bgauge\()'([a-z_]+)'/g)].map((match) => match[1] ?? '')

test('sources — that log errors or count — are read for their sentences and metrics', () => {
  const source = `logger.error({ err, name: 'x' }, 'a seat (the last) is gone')\nlog.fatal(\`it ends: \${why()}\`)\nnew Gauge({\n  name: 'seats_gone' })`
  expect(alarmsOf(source)).toEqual(['a seat (the last) is gone', 'it ends: '])
  expect(metricsOf(source)).toEqual(['seats_gone'])
})

/** The check's own sentence follows; the runbook has a section for each. */
const OF_THE_CHECK = '. What must be true: '
const wordsOf = (sentence: string): string => (sentence.split(' (')[0] ?? '').trim()

test('the runbook — for each sentence that is logged as an error — has its words', () => {
  const alarms = [...new Set(sources.flatMap(alarmsOf))].filter((sentence) => sentence !== OF_THE_CHECK)
  expect(alarms.length).toBeGreaterThan(25)
  expect(alarms.filter((sentence) => !runbook.includes(wordsOf(sentence)))).toEqual([])
})

test('the runbook — for each metric — says what it tells, and names none that is not there', () => {
  const metrics = [...new Set(sources.flatMap(metricsOf))].toSorted()
  expect(metrics.length).toBeGreaterThan(20)
  expect(metrics.filter((metric) => !runbook.includes(metric))).toEqual([])

  const named = [...runbook.matchAll(/`([a-z]+(?:_[a-z]+)+)(?:\{[^`]*\})?`(?= (?:>|is|grows|older)|[,| ])/g)].map((match) => match[1] ?? '')
  const counted = named.filter((name) => /_(?:total|seconds|open|pending|waiting|watchers|messages)$/.test(name))
  expect(counted.filter((name) => !metrics.includes(name))).toEqual([])
})
