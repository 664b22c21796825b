import type { AccessChange } from '@skyhold/contracts'
import { html } from '@skyhold/platform/html'
import { button, paragraph } from '../layout.ts'
import { isolated, withoutControls } from '../text.ts'
import { accountAddressee, defineTemplate } from './template.ts'

/** What its owner reads of each change: the subject, and a sentence that says it again with what follows. */
const WORDS: Record<AccessChange, { subject: string; sentence: string }> = {
  password_changed: {
    subject: 'Your password was changed',
    sentence: 'The password of your account was changed, and every other session was signed out.',
  },
  password_reset: {
    subject: 'Your password was set anew',
    sentence: 'A new password was set for your account by a link that we sent to this address, and every session was signed out.',
  },
  email_change_requested: {
    subject: 'Your e-mail address is about to change',
    sentence:
      'Another e-mail address was asked for your account. It takes the place of this one when the link that we sent there is used; a new password ends that link.',
  },
  email_changed: {
    subject: 'Your e-mail address was changed',
    sentence: 'Your account has another e-mail address now. This is the last e-mail about the account that goes to this one.',
  },
  second_factor_set_up: {
    subject: 'Two-step sign-in is on',
    sentence: 'Signing in to your account now takes a code of your app beside your password. Every other session was signed out.',
  },
  second_factor_removed: {
    subject: 'Two-step sign-in is off',
    sentence: 'Signing in to your account takes no code of your app any more, only your password. Every other session was signed out.',
  },
  second_factor_reset: {
    subject: 'Two-step sign-in was taken off your account',
    sentence: 'Our staff has taken two-step sign-in off your account, and every session was signed out. You can set it up again.',
  },
  recovery_code_used: {
    subject: 'A recovery code was used',
    sentence: 'One of the recovery codes of your account was used in place of a code of your app. It is good for nothing any more.',
  },
  wrong_codes_tried: {
    subject: 'Somebody is trying to sign in to your account',
    sentence:
      'Ten codes in a row were wrong, and the password before them was right. Each further try has to wait longer; a new password ends the wait.',
  },
}

const OWN = 'If it was you, there is nothing to do.'
const NOT_OWN = 'If it was not you, set a new password at once and tell us.'

export const accessChanged = defineTemplate({
  name: 'access-changed',
  event: 'user.access_changed',
  // It stays true that it happened.
  supersededBy: [],
  addressee: accountAddressee,
  subject: ({ change }) => WORDS[change].subject,
  letter: ({ data: { givenNames, change } }, { publicUrl }) => {
    const { subject, sentence } = WORDS[change]
    return {
      preview: sentence,
      heading: subject,
      body: html`${paragraph(html`Hello ${isolated(givenNames)}. ${sentence}`)}
${paragraph(`${OWN} ${NOT_OWN}`)}
${button('Go to your account', `${publicUrl}/`)}`,
      text: `Hello ${withoutControls(givenNames)},

${sentence}

${OWN} ${NOT_OWN}

Your account: ${publicUrl}/`,
    }
  },
})
