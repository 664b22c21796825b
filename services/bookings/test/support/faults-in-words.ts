import { readdirSync, readFileSync } from 'node:fs'
import type { Planted } from './planted-money.ts'

/** What the checks of this service say is wrong, each in the words of its file. */
export function faultsInWords(): string[] {
  const folder = new URL('../../src/integrity/', import.meta.url)
  const texts = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8'))
  return texts.flatMap((text) => [...text.matchAll(/\bsays:\s*(['"`])(.+?)\1,\n/g)].map(([, , words]) => words ?? ''))
}

/** Whether the report of this one is in these words: the expression begins with some of them, up to where it names ids. */
export const isSaidOf = ({ says }: Planted, words: string): boolean =>
  words.includes(/^[^\\*]+/.exec(says.source)?.[0].replace(/\.$/, '') ?? says.source)
