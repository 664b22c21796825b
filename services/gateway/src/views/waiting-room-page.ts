import type { PlaceInLine } from '@skyhold/contracts'
import { html } from '@skyhold/platform/html'

/** Without JavaScript the page comes again by itself this often at least; with it, it asks for the place alone. */
const RELOAD_SECONDS_MAX = 20

/** How long it takes until it is one's turn, for a person. */
export function waitingRoomPage(place: PlaceInLine | null): string {
  const heading = place ? (place.position === 0 ? 'It is your turn' : 'You are in line') : 'This place in line is no more'
  const reload = place && place.position > 0 ? Math.min(place.admittedInSeconds, RELOAD_SECONDS_MAX) : null
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${heading} · Skyhold</title>
    <link rel="icon" href="/icon.svg" type="image/svg+xml" />
    <link rel="stylesheet" href="/style.css" />
    <script type="module" src="/waiting-room.js"></script>
    ${reload === null ? '' : html`<noscript><meta http-equiv="refresh" content="${reload}" /></noscript>`}
  </head>
  <body>
    <header class="top">
      <a class="brand" href="/"><img src="/icon.svg" alt="" width="28" height="28" />Skyhold</a>
    </header>
    <main>
      <h1 id="heading">${heading}</h1>
      <section class="card" aria-labelledby="heading">
        <p id="line" class="lead" role="status" aria-live="polite" data-place="${place?.place ?? ''}">${place ? sayPlace(place) : 'It has lapsed, or was never given. Choose your seats again to take a new one.'}</p>
        ${place && place.position > 0 ? html`<p class="quiet" id="why">Many people want this flight, so purchases begin one after the other, in the order in which people came. Leave this page open: it keeps itself up to date. Seats can be looked at meanwhile.</p>` : ''}
        <p><a class="button" id="on" href="/">${place?.position === 0 ? 'Choose your seats' : 'Back to the flights'}</a></p>
      </section>
    </main>
  </body>
</html>
`.text
}

/** The same words as in public/waiting-room.js, which says them anew while the page is open. */
function sayPlace({ position, admittedInSeconds, lapsesAt }: PlaceInLine): string {
  if (position === 0) return `You may hold seats until ${lapsesAt.slice(11, 16)} UTC.`
  const wait = admittedInSeconds < 60 ? 'less than a minute' : `about ${Math.ceil(admittedInSeconds / 60)} min`
  return `You are number ${position}. It takes ${wait}.`
}
