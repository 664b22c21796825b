import { html, type Html } from '@skyhold/platform/html'

/** No script runs on these pages; the only frame is the message's own, from here. */
export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
}

/** A message's HTML is a stranger's: no script, no form, nothing loaded, an origin of its own; its links open in a new tab. */
export const MAIL_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
}

const STYLE = html`<style>
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { margin: 0 auto; max-width: 56rem; padding: 1rem; }
  a { color: LinkText; }
  a:focus-visible, button:focus-visible, input:focus-visible, iframe:focus-visible, summary:focus-visible { outline: 3px solid Highlight; outline-offset: 2px; }
  h1 { font-size: 1.4rem; overflow-wrap: anywhere; }
  form.search { display: flex; flex-wrap: wrap; gap: .5rem; align-items: end; }
  form.search label { flex: 1 1 14rem; display: grid; }
  input, button { font: inherit; padding: .5rem .7rem; min-height: 2.75rem; box-sizing: border-box; }
  ol.mails { list-style: none; padding: 0; }
  ol.mails li { border-bottom: 1px solid #8884; }
  ol.mails a { display: block; padding: .7rem .3rem; text-decoration: none; color: inherit; overflow-wrap: anywhere; }
  ol.mails a:hover { background: #8882; }
  ol.mails strong { display: block; }
  .quiet { opacity: .75; font-size: .9rem; }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; }
  dd { margin: 0; overflow-wrap: anywhere; }
  iframe { width: 100%; height: 70vh; border: 1px solid #8886; background: #fff; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; }
  ul.attachments a { display: inline-block; padding: .4rem 0; }
</style>`

export const page = (title: string, body: Html): string =>
  html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title>${STYLE}</head>
<body><main>${body}</main></body>
</html>`.text

/** To the minute, in UTC: enough to find a mail again. */
export const moment = (iso: string): Html => html`<time datetime="${iso}">${iso.slice(0, 16).replace('T', ' ')} UTC</time>`
