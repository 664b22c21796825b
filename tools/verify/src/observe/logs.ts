import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { secretInLog } from '../checkers/secrets.ts'

const SHOWN = 160

/** Lines of the logs that hold one of these texts, or what is a secret by its look, shortened around it. */
export function leakingLines(folder: string, secrets: readonly string[]): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.log'))
    .flatMap((name) =>
      readFileSync(path.join(folder, name), 'utf8')
        .split('\n')
        .flatMap((line) => leakIn(line, secrets)),
    )
}

function leakIn(line: string, secrets: readonly string[]): string[] {
  const secret = secretInLog(line, secrets)
  if (secret === null) return []
  const at = line.toLowerCase().indexOf(secret.toLowerCase())
  const message = /"msg":"[^"]*"/.exec(line)?.[0] ?? ''
  return [`${line.slice(0, SHOWN)} … ${line.slice(Math.max(SHOWN, at - SHOWN), at)}… (${secret.length} characters) ${message}`]
}
