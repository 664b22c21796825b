import { html } from '@skyhold/platform/html'
import { button, paragraph } from '../layout.ts'
import { isolated, withoutControls } from '../text.ts'
import { accountAddressee, defineTemplate } from './template.ts'

export const resetPassword = defineTemplate({
  name: 'reset-password',
  event: 'user.password_reset_requested',
  supersededBy: [],
  // As long as its link.
  validUntilMs: ({ occurredAt }) => Date.parse(occurredAt) + 3_600_000,
  addressee: accountAddressee,
  subject: () => 'Set a new password',
  letter: async ({ data: { givenNames, linkHandle } }, { secretLink }) => {
    const link = await secretLink(linkHandle)
    return {
      preview: 'The link is good for an hour.',
      heading: 'Set a new password',
      body: html`${paragraph(html`Hello ${isolated(givenNames)}, somebody, we hope you, has asked for a new password. The link is good for an hour, and once.`)}
${button('Set a new password', link)}
${paragraph('If it was not you, do nothing: your password stays as it is.')}`,
      text: `Hello ${withoutControls(givenNames)},

somebody, we hope you, has asked for a new password. The link is good for an hour, and once:

${link}

If it was not you, do nothing: your password stays as it is.`,
    }
  },
})
