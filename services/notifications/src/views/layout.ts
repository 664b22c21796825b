import { html, type Html } from '@skyhold/platform/html'
import { withoutControls } from './text.ts'
import type { Letter, MailContext } from './mail.ts'

/** Colours with a contrast of at least 4.5 : 1 on their ground (WCAG 2.2, 1.4.3). */
export const INK = '#16243b'
export const SOFT_INK = '#51607a'
const BRAND = '#12427a'
export const LINE = '#d8e0eb'
export const TINT = '#f1f5fa'
const FONT = "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Noto Sans',Helvetica,Arial,sans-serif"

/** The frame of every e-mail. Styles stand inline and the layout is a table, because that is what mail programs agree on. */
export function page({ preview, heading, body }: Letter, { publicUrl }: MailContext): string {
  const document = html`<!doctype html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<title>${heading}</title>
</head>
<body style="margin:0;padding:0;background:${TINT};color:${INK};font-family:${FONT};font-size:16px;line-height:1.5;-webkit-text-size-adjust:100%">
<div style="display:none;max-height:0;overflow:hidden;opacity:0">${preview}</div>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background:${TINT}"><tr><td align="center" style="padding:16px 10px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:600px;background:#ffffff;border:1px solid ${LINE};border-radius:12px;overflow:hidden">
<tr><td style="background:${BRAND};padding:14px 20px;color:#ffffff;font-size:18px;font-weight:700;letter-spacing:.3px">Skyhold</td></tr>
<tr><td style="padding:22px 20px 26px">
<h1 style="margin:0 0 12px;font-size:24px;line-height:1.25;color:${INK}">${heading}</h1>
${body}
</td></tr>
</table>
<p style="max-width:600px;margin:14px auto 0;padding:0 14px;font-size:13px;color:${SOFT_INK}">This e-mail was sent automatically by Skyhold, <a href="${publicUrl}/" style="color:${BRAND}">${publicUrl}</a>.</p>
</td></tr></table>
</body>
</html>
`
  return withoutControls(document.text)
}

export const paragraph = (content: Html | string): Html => html`<p style="margin:0 0 14px">${content}</p>
`

export const button = (label: string, href: string): Html =>
  html`<p style="margin:22px 0 0"><a href="${href}" style="display:inline-block;background:${BRAND};color:#ffffff;text-decoration:none;font-weight:600;padding:12px 22px;border-radius:8px">${label}</a></p>
`

/** The booking reference, large and selectable, as one reads it out at a counter. */
export const referenceBox = (reference: string): Html =>
  html`<table role="presentation" cellpadding="0" cellspacing="0" style="margin:0 0 20px"><tr><td style="background:${TINT};border:1px solid ${LINE};border-radius:8px;padding:10px 18px">
<span style="font-size:13px;color:${SOFT_INK}">Booking reference</span><br>
<strong style="font-family:ui-monospace,Menlo,Consolas,monospace;font-size:26px;letter-spacing:3px">${reference}</strong>
</td></tr></table>
`

export const section = (
  title: string,
): Html => html`<h2 style="margin:24px 0 10px;font-size:18px;line-height:1.3;color:${INK}">${title}</h2>
`

/** The same frame for those who read plain text. */
export const textPage = ({ heading, text }: Letter, { publicUrl }: MailContext): string =>
  `${heading}\n${'='.repeat(Math.min(Array.from(heading).length, 70))}\n\n${text.trim()}\n\n-- \nSent automatically by Skyhold, ${publicUrl}\n`
