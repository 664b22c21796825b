import { isSignedIn, mine, register, registerGuest, signIn, signOut } from './api.js'
import { byId, field, h, mention, working } from './dom.js'

let offersGuests = false
const changed = new EventTarget()

export const onAccountChange = (listener) => changed.addEventListener('change', listener)

/** Shows who is signed in, in the header. */
export function showAccount(config = {}) {
  if ('offersTestCards' in config) offersGuests = config.offersTestCards
  const user = mine()
  byId('account').replaceChildren(
    ...(isSignedIn()
      ? [
          h('span', {}, user ? `${user.givenNames} ${user.familyName}` : 'Signed in'),
          h('button', { type: 'button', class: 'plain', onclick: working(leave) }, 'Sign out'),
        ]
      : [h('button', { type: 'button', onclick: () => askToSignIn() }, 'Sign in')]),
  )
}

async function leave() {
  await signOut()
  showAccount()
  mention('You are signed out.')
  changed.dispatchEvent(new Event('change'))
}

/** Opens the dialog; resolves true once somebody is signed in, false when it is closed. */
export function askToSignIn(reason) {
  const dialog = byId('sign-in')
  return new Promise((resolve) => {
    const done = (work) => async (event) => {
      event.preventDefault()
      const problem = dialog.querySelector('.problem')
      problem.replaceChildren()
      try {
        await work(new FormData(event.currentTarget.closest?.('form') ?? undefined))
        showAccount()
        mention('You are signed in.')
        changed.dispatchEvent(new Event('change'))
        dialog.close('signed-in')
      } catch (error) {
        problem.replaceChildren(h('p', { class: 'notice' }, error.message))
        if (!['second_factor_required', 'invalid_second_factor'].includes(error.code)) return
        code.hidden = false
        code.querySelector('input').focus()
      }
    }
    const forgotten = async () => {
      dialog.close()
      // Loaded when it is asked for: that part opens this dialog in its turn.
      const { showForgotten } = await import('./links.js')
      showForgotten()
    }
    const email = () => h('input', { name: 'email', type: 'email', required: true, autocomplete: 'email' })
    const password = (autocomplete) => h('input', { name: 'password', type: 'password', required: true, minLength: 8, autocomplete })
    // Shown once the account turns out to have a second factor.
    const code = field(
      'Code',
      h('input', { name: 'code', autocomplete: 'one-time-code' }),
      'From your authenticator app, or a recovery code.',
    )
    code.hidden = true
    dialog.replaceChildren(
      h(
        'div',
        { class: 'dialog-head' },
        h('h2', { id: 'sign-in-title' }, 'Sign in'),
        h('button', { type: 'button', class: 'plain', 'aria-label': 'Close', onclick: () => dialog.close() }, '✕'),
      ),
      reason ? h('p', {}, reason) : '',
      h('div', { class: 'problem', role: 'alert' }),
      offersGuests
        ? h(
            'form',
            { class: 'guest', onsubmit: done(registerGuest) },
            h('button', { class: 'primary' }, 'Continue as a guest traveller'),
            h('p', { class: 'quiet' }, 'Makes an account just for this visit. Nothing to remember.'),
          )
        : '',
      h(
        'form',
        { onsubmit: done((form) => signIn(form.get('email'), form.get('password'), form.get('code'))) },
        field('E-mail', email()),
        field('Password', password('current-password')),
        code,
        h('button', {}, 'Sign in'),
        h('button', { type: 'button', class: 'plain', onclick: forgotten }, 'Forgot your password?'),
      ),
      h(
        'details',
        {},
        h('summary', {}, 'Create an account'),
        h(
          'form',
          { onsubmit: done((form) => register(Object.fromEntries(form))) },
          field('Given names', h('input', { name: 'givenNames', required: true, autocomplete: 'given-name' })),
          field('Family name', h('input', { name: 'familyName', required: true, autocomplete: 'family-name' })),
          field('E-mail', email()),
          field('Password', password('new-password'), 'At least 8 characters. A few words make a good one.'),
          h('button', {}, 'Create the account'),
        ),
      ),
    )
    dialog.returnValue = ''
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'signed-in'), { once: true })
    dialog.showModal()
  })
}

/** True when somebody is signed in, after asking if need be. */
export const signedIn = async (reason) => isSignedIn() || askToSignIn(reason)
