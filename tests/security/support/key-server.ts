import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { JWK } from 'jose'

/** Where a forged token points to: it serves the forger's key, and counts who comes for it. */
export interface KeyServer {
  url: string
  asked: number
  close(): void
}

export async function startKeyServer(key: JWK): Promise<KeyServer> {
  const http = createServer((_request, response) => {
    server.asked += 1
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: [key] }))
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const server: KeyServer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/jwks.json`,
    asked: 0,
    close() {
      http.close()
      http.closeAllConnections()
    },
  }
  return server
}
