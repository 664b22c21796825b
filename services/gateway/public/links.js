import { askToSignIn } from './account.js'
import { call } from './api.js'
import { byId, field, h, mention, show, working } from './dom.js'

/** The links of e-mails: what they are for and their token, which stands behind the # so that no server's log has it. */
function linkOf(hash) {
  const [, purpose, token] = /^#(verify-email|reset-password)=([\w-]+)$/.exec(hash) ?? []
  return { purpose, token }
}

/** Does what the link of an e-mail is for. False when the page was not opened by one. */
export function openLink() {
  const { purpose, token } = linkOf(location.hash)
  if (!purpose) return false
  // Out of the address bar and the history: it is a secret until it is used.
  history.replaceState(null, '', location.pathname)
  if (purpose === 'verify-email') working(() => verify(token))()
  else showNewPassword(token)
  return true
}

async function verify(token) {
  show(null, 'Your e-mail address')
  await call('POST', '/auth/verifications', { body: { token } })
  byId('main').append(h('p', {}, 'Thank you. Your address is verified.'))
}

function showNewPassword(token) {
  const set = async (event) => {
    await call('POST', '/auth/password-resets/confirmation', { body: { token, password: new FormData(event.target).get('password') } })
    show(null, 'Your password is set')
    await askToSignIn('Sign in with your new password. You have been signed out everywhere.')
  }
  show(
    null,
    'Set a new password',
    h(
      'form',
      { onsubmit: working(set) },
      field(
        'New password',
        h('input', { name: 'password', type: 'password', required: true, minLength: 8, autocomplete: 'new-password' }),
        'At least 8 characters. A few words make a good one.',
      ),
      h('button', { class: 'primary' }, 'Set the password'),
    ),
  )
}

/** Asks for the link of a new password. */
export function showForgotten() {
  const ask = async (event) => {
    await call('POST', '/auth/password-resets', { body: { email: new FormData(event.target).get('email') } })
    mention('If the address has an account, a link is on its way. It is good for an hour.')
  }
  show(
    null,
    'Forgot your password?',
    h(
      'form',
      { onsubmit: working(ask) },
      field('E-mail', h('input', { name: 'email', type: 'email', required: true, autocomplete: 'email' })),
      h('button', { class: 'primary' }, 'Send me a link'),
    ),
  )
}
