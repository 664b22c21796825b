/** What this installation offers: a mailbox to look into and test cards in development, neither elsewhere. */
export const config = { mailboxUrl: null, offersTestCards: false, approvalUrl: null }

export async function loadConfig() {
  const response = await fetch('/site-config.json')
  if (response.ok) Object.assign(config, await response.json())
}
