import { html } from '@skyhold/platform/html'
import { button, paragraph } from '../layout.ts'
import { isolated, withoutControls } from '../text.ts'
import { accountAddressee, defineTemplate } from './template.ts'

export const verifyEmail = defineTemplate({
  name: 'verify-email',
  event: 'user.verification_requested',
  supersededBy: [],
  // As long as its link.
  validUntilMs: ({ occurredAt }) => Date.parse(occurredAt) + 24 * 3_600_000,
  addressee: accountAddressee,
  subject: () => 'Verify your e-mail address',
  letter: async ({ data: { givenNames, email, linkHandle } }, { secretLink }) => {
    const link = await secretLink(linkHandle)
    return {
      preview: 'One click, and we know that this address is yours.',
      heading: 'Is this your address?',
      body: html`${paragraph(html`Hello ${isolated(givenNames)}, please tell us that <strong>${email}</strong> is your address. The link is good for a day, and once.`)}
${button('Verify my address', link)}
${paragraph('If you have no account with us, do nothing: somebody has mistyped his address.')}`,
      text: `Hello ${withoutControls(givenNames)},

please tell us that ${email} is your address. The link is good for a day, and once:

${link}

If you have no account with us, do nothing: somebody has mistyped his address.`,
    }
  },
})
