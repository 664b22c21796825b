import express from 'express'
import { createProxyMiddleware } from 'http-proxy-middleware'

// The usual gateway: express with http-proxy-middleware, and keep-alive to the upstream left as it comes. It checks no token, which is in its favour.
const app = express()
app.use('/', createProxyMiddleware({ target: process.env.UPSTREAM_URL ?? '', changeOrigin: true }))
app.listen(Number(process.env.PORT), '127.0.0.1')
