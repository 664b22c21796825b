import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

const SHOWN = 160

/** Lines of the logs that hold one of these texts, or the hash of a password, shortened around it. */
export function leakingLines(folder: string, secrets: readonly string[]): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.log'))
    .flatMap((name) =>
      readFileSync(path.join(folder, name), 'utf8')
        .split('\n')
        .flatMap((line) => leakIn(line, secrets)),
    )
}

const HASH_OR_TOKEN = /\$(?:argon2(?:id|i|d)|2[aby])\$|\beyJ[A-Za-z0-9_-]{10,}\.eyJ|\bpi_\w+_secret_\w+|\bbkt_\w{8,}/

function leakIn(line: string, secrets: readonly string[]): string[] {
  const secret = secrets.find((text) => line.includes(text)) ?? HASH_OR_TOKEN.exec(line)?.[0]
  if (secret === undefined) return []
  const at = line.indexOf(secret)
  const message = /"msg":"[^"]*"/.exec(line)?.[0] ?? ''
  return [`${line.slice(0, SHOWN)} … ${line.slice(Math.max(SHOWN, at - SHOWN), at)}… (${secret.length} characters) ${message}`]
}
