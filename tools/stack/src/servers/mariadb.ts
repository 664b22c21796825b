import { programOrInstall } from './install.ts'
import { run } from './processes.ts'
import { type SqlBrand, SqlServer } from './sql-server.ts'

/** MariaDB from the machine's packages. */
export async function mariadbServer(options: { dir: string; durable: boolean }): Promise<SqlServer> {
  const server = await programOrInstall(['mariadbd', 'mariadbd-safe'], ['mariadb-server'], 'MariaDB')
  const installer = await programOrInstall(['mariadb-install-db'], ['mariadb-server'], 'MariaDB')
  return new SqlServer(brand(server, installer), options)
}

const brand = (server: string, installer: string): SqlBrand => ({
  name: 'mariadb',
  title: 'MariaDB',
  async initialise({ data, account }) {
    await run(installer, ['--no-defaults', `--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db'], {
      uid: account?.uid,
      gid: account?.gid,
    })
  },
  // Nobody reads or writes the machine's files through SQL: MariaDB knows no NULL here as MySQL does, so it is pointed at a folder of its own.
  command: ({ run: folder }) => ({
    command: server,
    args: ['--no-defaults', '--collation-server=utf8mb4_unicode_ci', `--secure-file-priv=${folder}`],
  }),
  tidyAccounts: () => [
    "DELETE FROM mysql.global_priv WHERE User = '' OR (User = 'root' AND Host <> 'localhost')",
    'FLUSH PRIVILEGES',
    "ALTER USER root@localhost IDENTIFIED VIA mysql_native_password USING 'invalid'",
  ],
  // What a seller of seats runs: a commit that was answered is on the disk, in the log and in the binary log.
  durable: [
    '--innodb-flush-log-at-trx-commit=1',
    '--log-bin=binlog',
    '--sync-binlog=1',
    '--binlog-format=ROW',
    '--expire-logs-days=3',
    '--innodb-doublewrite=ON',
  ],
  fast: ['--innodb-flush-log-at-trx-commit=2', '--skip-log-bin'],
})
