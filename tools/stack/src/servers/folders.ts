import { createHash } from 'node:crypto'
import { chownSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { isRoot } from './install.ts'

export interface Account {
  uid: number
  gid: number
}

/**
 * The account that a database runs under: undefined = ours. A database server does not run as root,
 * because SQL with the FILE privilege would then read and write every file of the machine.
 */
export function databaseAccount(): Account | undefined {
  if (!isRoot()) return undefined
  const account = accountOf('mysql') ?? accountOf('nobody')
  if (!account)
    throw new Error('This machine has neither a `mysql` nor a `nobody` user to run a database under. Create one, or do not run as root.')
  return account
}

function accountOf(name: string): Account | null {
  for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
    const [user, , uid, gid] = line.split(':')
    if (user === name) return { uid: Number(uid), gid: Number(gid) }
  }
  return null
}

/**
 * A folder for the server's account. A checkout below /root is closed to other accounts, and opening it is not ours to do:
 * then the folder is made in /var/lib/skyhold under a name made of the wish, so that the next start finds it again.
 */
export function folderFor(wish: string, account: Account | undefined): string {
  const wanted = path.resolve(wish)
  const folder =
    !account || isReachable(wanted) ? wanted : path.join('/var/lib/skyhold', createHash('sha256').update(wanted).digest('hex').slice(0, 16))
  mkdirSync(folder, { recursive: true })
  if (account) chownSync(folder, account.uid, account.gid)
  return folder
}

/** Whether everybody may pass through every folder above that is there already. */
export function isReachable(folder: string): boolean {
  for (let current = path.dirname(folder); ; current = path.dirname(current)) {
    const found = statSync(current, { throwIfNoEntry: false })
    if (found && (found.mode & 0o001) === 0) return false
    if (current === path.dirname(current)) return true
  }
}

/** Where downloads stay between runs. Root's own ~/.cache is closed to the account that the servers run under. */
export function cacheFolder(): string {
  const ofThisPerson = process.env.XDG_CACHE_HOME || (isRoot() ? '/var/cache' : path.join(os.homedir(), '.cache'))
  const folder = path.join(ofThisPerson, 'skyhold')
  mkdirSync(folder, { recursive: true })
  return folder
}
