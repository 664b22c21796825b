import path from 'node:path'
import { fetchMysql } from './mysql-download.ts'
import { run } from './processes.ts'
import { type SqlBrand, SqlServer } from './sql-server.ts'

/** MySQL 9 from Debian's unstable suite, unpacked beside the system. Throws with the reason where it cannot be had. */
export async function mysqlServer(options: { dir: string; durable: boolean }): Promise<SqlServer> {
  return new SqlServer(brand(await fetchMysql()), options)
}

/** The unpacked server needs its own C library, hence its own loader. */
function brand(root: string): SqlBrand {
  const libraries = path.join(root, 'usr/lib/x86_64-linux-gnu')
  const loader = path.join(libraries, 'ld-linux-x86-64.so.2')
  const program = [
    '--library-path',
    libraries,
    path.join(root, 'usr/sbin/mysqld'),
    '--no-defaults',
    `--basedir=${path.join(root, 'usr')}`,
    `--lc-messages-dir=${path.join(root, 'usr/share/mysql')}`,
    `--character-sets-dir=${path.join(root, 'usr/share/mysql/charsets')}`,
    '--mysqlx=OFF',
    '--secure-file-priv=NULL',
  ]
  return {
    name: 'mysql',
    title: 'MySQL',
    async initialise({ data, account }) {
      // Root without a password lasts until the init file of the first start, which is read before anybody can connect.
      await run(loader, [...program, `--datadir=${data}`, '--initialize-insecure'], { uid: account?.uid, gid: account?.gid })
    },
    // The performance schema takes 200 MB and nobody here reads it.
    command: () => ({ command: loader, args: [...program, '--performance-schema=OFF', '--collation-server=utf8mb4_0900_ai_ci'] }),
    tidyAccounts: () => ['ALTER USER root@localhost IDENTIFIED WITH caching_sha2_password BY RANDOM PASSWORD'],
    durable: [
      '--innodb-flush-log-at-trx-commit=1',
      '--log-bin=binlog',
      '--sync-binlog=1',
      '--binlog-expire-logs-seconds=259200',
      '--innodb-doublewrite=ON',
    ],
    fast: ['--innodb-flush-log-at-trx-commit=2', '--skip-log-bin'],
  }
}
