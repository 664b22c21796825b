import { fileURLToPath } from 'node:url'
import { findFreePort, ManagedProcess } from '@skyhold/testkit'

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))

export interface GatewayProcess {
  url: string
  process: ManagedProcess
}

/** The gateway as it runs in production: a process of its own. */
export async function startGatewayProcess(env: Record<string, string>): Promise<GatewayProcess> {
  const port = String(await findFreePort())
  const process = ManagedProcess.start(globalThis.process.execPath, [`${ROOT}services/gateway/src/server.ts`], {
    cwd: ROOT,
    env: { LISTEN_PORT: port, HOST: '127.0.0.1', LOG_LEVEL: 'info', ...env },
  })
  await process.waitForLine(/"msg":"ready"/, { timeoutMs: 60_000 })
  return { url: `http://127.0.0.1:${port}`, process }
}
