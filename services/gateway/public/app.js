import { showAccount } from './account.js'
import { openWith, restoreSession } from './api.js'
import { showTrips } from './booking.js'
import { config, loadConfig } from './config.js'
import { byId, working } from './dom.js'
import { openLink } from './links.js'
import { showLookup } from './lookup.js'
import { showSearch } from './search.js'
import { leaveSeats } from './seats.js'

const leaving = (work) => () => {
  leaveSeats()
  openWith(null)
  return work()
}

byId('nav-search').addEventListener('click', leaving(showSearch))
byId('nav-trips').addEventListener('click', working(leaving(showTrips)))
byId('nav-lookup').addEventListener('click', leaving(showLookup))
// A link that is opened while the page is there changes the address alone.
window.addEventListener('hashchange', leaving(openLink))

try {
  await Promise.all([loadConfig(), restoreSession()])
} finally {
  // Without its settings the page still sells; it only cannot show the mailbox. Without an answer about the session it asks to sign in.
  showAccount(config)
  if (config.mailboxUrl) Object.assign(byId('nav-mailbox'), { href: config.mailboxUrl, hidden: false, target: '_blank', rel: 'noopener' })
  if (!openLink()) showSearch()
}
