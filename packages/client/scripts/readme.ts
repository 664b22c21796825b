import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const README_FILE = new URL('../README.md', import.meta.url)
export const EXAMPLES_FILE = fileURLToPath(new URL('../test/generated/readme.ts', import.meta.url))

/** The examples of the README as one module, so that the compiler reads them and tests run them. */
export function examplesText(): string {
  const blocks = [...readFileSync(README_FILE, 'utf8').matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) => code)
  const text = blocks.join('\n').replace("from '@skyhold/client'", "from '../../src/index.ts'")
  return `// Made by \`npm run contract\` from the examples of README.md; not written by hand.\n\n${text}`
}

if (import.meta.main) writeFileSync(EXAMPLES_FILE, examplesText())
