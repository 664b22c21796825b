import express from 'express'
import { createProxyMiddleware } from 'http-proxy-middleware-3'

// The gateway of many tutorials: http-proxy-middleware before its version 4, as it comes, which opens a connection to the upstream for each request.
const app = express()
app.use('/', createProxyMiddleware({ target: process.env.UPSTREAM_URL ?? '', changeOrigin: true }))
app.listen(Number(process.env.PORT), '127.0.0.1')
