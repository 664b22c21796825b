import { createServer } from 'node:http'

// What stands behind both proxies: it does nothing, so that the difference is the proxies'. The body is as large as a short booking.
const BODY = JSON.stringify({
  data: Array.from({ length: 8 }, (_, i) => ({ id: `bkg_${i}`, status: 'confirmed', note: 'x'.repeat(64) })),
  nextCursor: null,
})

createServer((_request, response) => {
  response.setHeader('content-type', 'application/json; charset=utf-8').end(BODY)
}).listen(Number(process.env.PORT), '127.0.0.1')
