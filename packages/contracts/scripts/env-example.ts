import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { SETTINGS } from '../src/settings.ts'

const HEAD = `# Every setting of Skyhold, with its default. Copy this file to .env and uncomment what you change;
# a name that is not in this list is refused at the start. What is set in the environment wins over .env.
# Made by \`node packages/contracts/scripts/env-example.ts\` from packages/contracts/src/settings.ts.
`

/** The text of `.env.example`: each setting with its description, its choices and its default, commented out. */
export function envExample(): string {
  const entries = Object.entries(SETTINGS).map(([name, schema]) => {
    const {
      description = '',
      default: fallback = '',
      enum: choices,
    } = schema as { description?: string; default?: unknown; enum?: unknown[] }
    const absent = 'default' in schema ? '' : ' (not set at first)'
    return `\n# ${description}${absent}${choices ? ` (${choices.join(' | ')})` : ''}\n# ${name}=${quoted(String(fallback))}\n`
  })
  return HEAD + entries.join('')
}

/** A value with a blank needs its quotes in a file that a shell may read too. */
const quoted = (value: string) => (/[\s<>]/.test(value) ? `"${value}"` : value)

if (import.meta.main) writeFileSync(fileURLToPath(new URL('../../../.env.example', import.meta.url)), envExample())
