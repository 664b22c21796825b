import { accessSync, constants, existsSync } from 'node:fs'
import path from 'node:path'
import { run } from './processes.ts'

export const isRoot = (): boolean => process.getuid?.() === 0

/** The folders of a Debian user's PATH leave out sbin, where servers are. */
const searchPath = () => [...(process.env.PATH ?? '').split(path.delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin']

/** The full path of a program, or null. */
export function findProgram(...names: string[]): string | null {
  for (const name of names) {
    for (const folder of searchPath()) {
      const file = path.join(folder, name)
      if (folder && isExecutable(file)) return file
    }
  }
  return null
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

let installing: Promise<void> = Promise.resolve()

/** Installs Debian packages one call after another: dpkg has one lock. Says what to do by hand when it cannot. */
export function installPackages(packages: readonly string[], purpose: string): Promise<void> {
  const turn = installing.then(() => installNow(packages, purpose))
  installing = turn.catch(() => undefined)
  return turn
}

async function installNow(packages: readonly string[], purpose: string): Promise<void> {
  const byHand = `Install it yourself: \`sudo apt-get install --no-install-recommends ${packages.join(' ')}\` on Debian or Ubuntu.`
  if (!existsSync('/usr/bin/apt-get')) throw new Error(`${purpose} is not on this machine, and it has no apt-get. ${byHand}`)
  if (!isRoot()) throw new Error(`${purpose} is not on this machine, and installing it takes root. ${byHand}`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  console.error(`${purpose} is not on this machine: installing ${packages.join(' ')} with apt-get.`)
  try {
    await run('apt-get', ['-qq', 'update'], { env, timeoutMs: 300_000 })
    await run('apt-get', ['-qq', 'install', '-y', '--no-install-recommends', ...packages], { env, timeoutMs: 600_000 })
  } catch (error) {
    throw new Error(`${purpose} could not be installed. ${byHand}`, { cause: error })
  }
}

/** The program, installed first when that is needed and possible. */
export async function programOrInstall(names: readonly string[], packages: readonly string[], purpose: string): Promise<string> {
  const present = findProgram(...names)
  if (present) return present
  await installPackages(packages, purpose)
  const installed = findProgram(...names)
  if (!installed) throw new Error(`${packages.join(' ')} is installed, but ${names.join(' or ')} is still not found on this machine.`)
  return installed
}
