import { setTimeout as delay } from 'node:timers/promises'
import { ConnectionAcquireTimeoutError, type Sequelize, Transaction } from 'sequelize'
import type { Logger } from '../logger.ts'
import { CommitUnknown, errnoOf, errorKind } from './errors.ts'
import { isBroken, type ServerConnection } from './session.ts'

export interface TransactionOptions {
  /** How often the whole unit of work is tried; 8 unless told. */
  tries?: number
  /** `retry` unless told. `throw`: waiting too long for a row means something to the caller, such as "another request has this key". */
  onLockTimeout?: 'retry' | 'throw'
}

const ON_SERVERS = { isolationLevel: Transaction.ISOLATION_LEVELS.READ_COMMITTED }
/**
 * Without IMMEDIATE, SQLite reads first and then may find that it cannot write. It has one isolation, and the pragma that Sequelize would send for a level
 * makes SQLite prepare every statement anew.
 */
const ON_SQLITE = { type: Transaction.TYPES.IMMEDIATE }

/** Eight tries with these pauses last under a second; a deadlock that comes back so often is a bug, and a database that is away so long is away. */
const TRIES = 8
const FIRST_PAUSE_MS = 5
const LONGEST_PAUSE_MS = 250

interface Unit<T> {
  sequelize: Sequelize
  logger: Logger
  work: (tx: Transaction) => Promise<T>
  options: TransactionOptions
}

/** Runs the whole unit of work in a transaction, again from the start when the database threw it away for a reason that may pass. */
export async function runTransaction<T>({ sequelize, logger, work, options }: Unit<T>): Promise<T> {
  const tries = options.tries ?? TRIES
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await once({ sequelize, logger, work, options })
    } catch (error) {
      if (attempt >= tries || !mayPass(error, options)) throw error
      logger.debug({ attempt, kind: errorKind(error), errno: errnoOf(error) }, 'transaction tried again')
      await delay(Math.random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt))
    }
  }
}

async function once<T>({ sequelize, logger, work }: Unit<T>): Promise<T> {
  const tx = await sequelize.transaction(sequelize.getDialect() === 'sqlite' ? ON_SQLITE : ON_SERVERS)
  let result: T
  try {
    result = await work(tx)
  } catch (error) {
    await rollBack(tx, logger)
    throw error
  }
  await commit(tx, logger)
  return result
}

function mayPass(error: unknown, { onLockTimeout }: TransactionOptions): boolean {
  if (error instanceof CommitUnknown) return false
  switch (errorKind(error)) {
    case 'deadlock':
      return true
    case 'lock_timeout':
      return onLockTimeout !== 'throw'
    case 'connection':
      // Who has waited ten seconds for a connection of the pool has waited enough.
      return !(error instanceof ConnectionAcquireTimeoutError)
    default:
      return false
  }
}

/** Always said out loud: after a lock wait timeout the servers keep the rest of the transaction open. */
async function rollBack(tx: Transaction, logger: Logger): Promise<void> {
  // At a deadlock Sequelize has rolled back already, as the server has.
  if (insideOf(tx).finished !== undefined) return
  try {
    await tx.rollback()
  } catch (error) {
    // The connection is gone, and the transaction with it. Sequelize has taken the connection out of the pool; what the work threw says why.
    logger.debug({ kind: errorKind(error) }, 'rollback was not answered')
  }
}

async function commit(tx: Transaction, logger: Logger): Promise<void> {
  const { connection } = insideOf(tx)
  if (connection !== undefined && 'stream' in connection && isBroken(connection)) {
    // COMMIT cannot have been sent: this is a connection lost before it, which may be tried again.
    await rollBack(tx, logger)
    throw new LostBeforeCommit('The connection was lost before COMMIT.')
  }
  try {
    await tx.commit()
  } catch (error) {
    if (errorKind(error) === 'connection') {
      throw new CommitUnknown('The connection was lost while COMMIT was on its way: it may have happened or not.', { cause: error })
    }
    throw error
  }
}

/** `fatal` is how mysql2 marks a lost connection, and how errorKind knows one. */
class LostBeforeCommit extends Error {
  override name = 'LostBeforeCommit'
  readonly fatal = true
}

/** Members that Sequelize keeps on a transaction and leaves out of its types. */
interface TransactionInside {
  finished?: 'commit' | 'rollback'
  connection?: ServerConnection | object
}

export const insideOf = (tx: Transaction): TransactionInside => tx as TransactionInside
