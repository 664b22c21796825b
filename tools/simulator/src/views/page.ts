import { html, type Html } from '@skyhold/platform/html'

/** Nothing is loaded and no script runs. Forms may not be limited to 'self': browsers hold that against the redirect back to the shop. */
export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
}

const STYLE = html`<style>
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { margin: 0 auto; max-width: 64rem; padding: 1rem; }
  table { border-collapse: collapse; width: 100%; }
  th, td { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid #8884; white-space: nowrap; }
  td.amount, th.amount { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
  .scroll { overflow-x: auto; }
  button, a.button { font: inherit; padding: .6rem 1.2rem; border-radius: .4rem; border: 1px solid #888; cursor: pointer; min-height: 2.75rem; margin: .25rem 0; }
  button.approve { background: #0a6b3d; border-color: #0a6b3d; color: #fff; }
  .quiet { opacity: .75; }
</style>`

export const page = (title: string, body: Html, head: Html = html``): string =>
  html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title>${head}${STYLE}</head>
<body><main>${body}</main></body>
</html>`.text
