import { html } from '@skyhold/platform/html'
import { isolated, withoutControls } from '../text.ts'
import { button, paragraph } from '../layout.ts'
import { accountAddressee, defineTemplate } from './template.ts'

export const welcome = defineTemplate({
  name: 'welcome',
  event: 'user.registered',
  supersededBy: [],
  addressee: accountAddressee,
  subject: () => 'Welcome to Skyhold',
  letter: ({ data: { givenNames, email } }, { publicUrl }) => ({
    preview: 'Your account is ready.',
    heading: 'Welcome aboard',
    body: html`${paragraph(html`Hello ${isolated(givenNames)}, your account for <strong>${email}</strong> is ready.`)}
${paragraph('You can now search flights, pick your seats and book them.')}
${button('Search flights', `${publicUrl}/`)}`,
    text: `Hello ${withoutControls(givenNames)},

your account for ${email} is ready. You can now search flights, pick your seats and book them.

Search flights: ${publicUrl}/`,
  }),
})
