import { createHash } from 'node:crypto'
import { type Connection, createConnection } from 'mysql2/promise'

export interface ServiceDatabase {
  service: string
  database: string
  user: string
  password: string
  /** What the service gets as DATABASE_URL. */
  url: string
}

interface Wish {
  serverUrl: string
  /** `skyhold` makes skyhold_bookings and so on. */
  prefix: string
  services: readonly string[]
  passwordOf: (service: string) => string
}

/** MySQL's limit of a user name. */
const USER_NAME_MAX = 32

/** Makes a database for each service, with a user who reaches this one only. What is there already stays; the passwords are set anew. */
export async function createServiceDatabases({ serverUrl, prefix, services, passwordOf }: Wish): Promise<ServiceDatabase[]> {
  const databases = services.map((service) => {
    const database = `${prefix}_${service}`
    const url = new URL(serverUrl)
    const user = userNameOf(database)
    const password = passwordOf(service)
    url.username = user
    url.password = password
    url.pathname = `/${database}`
    return { service, database, user, password, url: url.href }
  })
  await asAdministrator(serverUrl, async (connection) => {
    for (const each of databases) await createOne(connection, each)
  })
  return databases
}

async function createOne(connection: Connection, { database, user, password }: ServiceDatabase): Promise<void> {
  const account = `${connection.escape(user)}@'%'`
  await connection.query(`CREATE DATABASE IF NOT EXISTS ${connection.escapeId(database)} CHARACTER SET utf8mb4`)
  await connection.query(`CREATE USER IF NOT EXISTS ${account} IDENTIFIED BY ${connection.escape(password)}`)
  await connection.query(`ALTER USER ${account} IDENTIFIED BY ${connection.escape(password)}`)
  // An underscore in the name of a GRANT stands for any letter: unescaped, skyhold_x would open skyholdax too.
  await connection.query(`GRANT ALL PRIVILEGES ON ${connection.escapeId(database.replaceAll('_', '\\_'))}.* TO ${account}`)
}

/** For tests: databases and users go. */
export async function dropServiceDatabases(serverUrl: string, databases: readonly ServiceDatabase[]): Promise<void> {
  await asAdministrator(serverUrl, async (connection) => {
    for (const { database, user } of databases) {
      await connection.query(`DROP DATABASE IF EXISTS ${connection.escapeId(database)}`)
      await connection.query(`DROP USER IF EXISTS ${connection.escape(user)}@'%'`)
    }
  })
}

export const userNameOf = (database: string): string =>
  database.length <= USER_NAME_MAX ? database : `skyhold_${createHash('sha256').update(database).digest('hex').slice(0, 20)}`

async function asAdministrator(serverUrl: string, work: (connection: Connection) => Promise<void>): Promise<void> {
  const connection = await createConnection({ uri: serverUrl, connectTimeout: 10_000 })
  try {
    await work(connection)
  } finally {
    await connection.end()
  }
}
