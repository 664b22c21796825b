// Clients who hold connections open and ask for little, in a process of their own: ten thousand sockets are work for whoever has them, and none of who measures.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, type Socket } from 'node:net'

const DRIP_MS = 500
const OPENED_TOGETHER = 250

const { PORT, DOOR = '', IDLE, SLOW } = process.env
const { hostname, port } = new URL(DOOR)
const crowd: Socket[] = []
let isComplete = false

createServer((request, response) => {
  if (request.url === '/stayed') response.end(String(crowd.filter((socket) => !socket.destroyed && socket.readable).length))
  else response.writeHead(isComplete ? 200 : 503).end()
}).listen(Number(PORT), '127.0.0.1')

while (crowd.length < Number(IDLE)) crowd.push(...(await Promise.all(Array.from({ length: OPENED_TOGETHER }, openIdle))))
for (let i = 0; i < Number(SLOW); i += 1) crowd.push(await openDripping())
isComplete = true

async function open(): Promise<Socket> {
  const socket = connect(Number(port), hostname)
  await once(socket, 'connect')
  // Being cut off shows in how many stayed.
  socket.on('error', () => undefined)
  return socket
}

/** Has asked once and keeps its connection, as a browser does. */
async function openIdle(): Promise<Socket> {
  const socket = await open()
  socket.write('GET /health/live HTTP/1.1\r\nhost: skyhold.test\r\n\r\n')
  await once(socket, 'data')
  return socket.resume()
}

async function openDripping(): Promise<Socket> {
  const socket = await open()
  socket.resume().write('POST /api/v1/auth/login HTTP/1.1\r\nhost: skyhold.test\r\ncontent-length: 5000\r\n\r\n')
  const timer = setInterval(() => socket.write('x'), DRIP_MS)
  socket.once('close', () => clearInterval(timer))
  return socket
}
