import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// What a proxy can do: nginx with one worker, as the gateway is one process, and connections to the upstream kept. It checks nothing.
const folder = mkdtempSync(join(tmpdir(), 'skyhold-nginx-'))
const upstream = new URL(process.env.UPSTREAM_URL ?? '').host
const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')
writeFileSync(
  join(folder, 'nginx.conf'),
  `worker_processes 1; daemon off; pid ${folder}/pid; error_log stderr error;
events { worker_connections 1024; }
http {
  access_log off; ${temporary}
  upstream service { server ${upstream}; keepalive 128; }
  server {
    listen 127.0.0.1:${Number(process.env.PORT)}; keepalive_requests 10000000;
    location / { proxy_pass http://service; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host; }
  }
}
`,
)
const nginx = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: ['ignore', 'ignore', 'inherit'] })
nginx.once('error', (error) => {
  throw error
})
nginx.once('exit', (code) => {
  rmSync(folder, { recursive: true, force: true })
  process.exit(code ?? 0)
})
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => nginx.kill('SIGTERM'))
