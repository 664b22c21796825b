import { call, get } from './api.js'
import { config } from './config.js'
import { byId, clock, day, h, mention, money, notify, show, working } from './dom.js'
import { countdown } from './passengers.js'
import { showBooking } from './booking.js'

/** Test cards by what happens to them. */
const CARDS = [
  ['pm_card_visa', 'A card that pays', 'The ordinary case.'],
  ['pm_card_visa_chargeDeclined', 'A card that is declined', 'You can then try another.'],
  ['pm_card_visa_chargeDeclinedInsufficientFunds', 'A card without enough money', 'Declined with that reason.'],
  ['pm_card_threeDSecure2Required', 'A card whose bank asks you first', '3-D Secure: the bank shows a page to approve.'],
  ['pm_sim_slow', 'A slow bank', 'Takes some seconds longer than we wait; the page tells you when it is done.'],
  ['pm_sim_charge_then_drop', 'A connection that dies after charging', 'Recovery finds the charge and confirms the booking, charged once.'],
  ['pm_sim_error_then_ok', 'A bank that is away at first', 'Two failures, then it pays.'],
  ['pm_sim_error_stored', 'A bank that answers with an error', 'Whether it charged is found out by asking.'],
  ['pm_sim_webhook_first', 'News before the answer', "The bank's message overtakes its answer."],
  ['pm_sim_webhook_dup', 'News three times over', 'Every message comes three times; one booking is made.'],
]
const POLL_MS = 1000
/** A lost answer is settled by recovery in well under this; after it the booking's page is the better place to look. */
const PATIENCE_MS = 60_000

export function showPayment(booking) {
  const cards = CARDS.map(([value, label, hint], i) =>
    h(
      'li',
      {},
      h(
        'label',
        { class: 'choice' },
        h('input', { type: 'radio', name: 'card', value, checked: i === 0 }),
        h('span', {}, h('strong', {}, label), h('span', { class: 'quiet' }, hint)),
      ),
    ),
  )
  const timeLeft = booking.expiresAt ? countdown({ holdId: booking.holdId, expiresAt: booking.expiresAt }, () => reload(booking.id)) : null
  // While the bank is asked the seats wait for it, and nobody gets or needs more time.
  const offerMoreTime = (isOffered) => timeLeft?.querySelector('button').toggleAttribute('hidden', !isOffered)
  const pay = async (event) => {
    const paymentMethod = new FormData(event.target).get('card')
    mention('Paying…')
    offerMoreTime(false)
    await attempt(booking, () =>
      call('POST', `/bookings/${booking.id}/payments`, { isIntent: true, body: booking.total.amountMinor === 0 ? {} : { paymentMethod } }),
    ).finally(() => offerMoreTime(true))
  }
  const isOffered = config.offersTestCards || booking.total.amountMinor === 0
  show(
    'payment',
    'Pay',
    timeLeft,
    h(
      'p',
      { class: 'lead' },
      `Booking ${booking.reference} · ${booking.flights.map(({ flight }) => `${flight.number} ${flight.from.iata} to ${flight.to.iata}, ${day(flight.departsAt)} ${clock(flight.departsAt)}`).join(' · ')}`,
    ),
    isOffered
      ? h(
          'form',
          { onsubmit: working(pay) },
          booking.total.amountMinor === 0
            ? null
            : h(
                'fieldset',
                { class: 'card' },
                h('legend', {}, 'Choose a test card'),
                h('p', { class: 'quiet' }, 'Nobody’s money moves: each card plays one thing that can happen.'),
                h('ul', { class: 'choices' }, cards),
              ),
          h(
            'div',
            { class: 'bar' },
            h('p', { class: 'summary' }, 'Total ', h('strong', {}, money(booking.total))),
            h('div', { class: 'actions' }, h('button', { class: 'primary' }, 'Pay now')),
          ),
        )
      : h('p', { class: 'card' }, 'Cards are taken by the payment provider’s own form, which this plain page does not have.'),
  )
}

/** One try to pay, whatever its outcome; every one of them is said in words. */
async function attempt(booking, send) {
  try {
    const { status, data } = await send()
    await reload(booking.id)
    if (status === 202 && data.status !== 'requires_action') await settled(booking, data.id)
  } catch (error) {
    await explain(error, booking)
  }
}

/** After the bank's page: asks whether it has heard of an approval. */
async function confirm(booking, payment) {
  try {
    const { status, data } = await call('POST', `/payments/${payment.id}/confirmation`, { isIntent: true })
    if (status === 202 && data.status === 'requires_action')
      return notify(
        h('strong', {}, 'The bank has no approval of yours yet'),
        h('p', {}, 'Nothing is charged so far. Open the bank’s page, approve there, and press the button again.'),
      )
    await reload(booking.id)
    if (status === 202) await settled(booking, payment.id)
  } catch (error) {
    await explain(error, booking)
  }
}

async function explain(error, booking) {
  if (error.code === 'card_declined') return sayDeclined(booking, error.problem)
  if (['already_paid', 'booking_expired', 'booking_cancelled', 'hold_expired'].includes(error.code)) return reload(booking.id)
  if (error.maybeDone)
    return notify(
      h('strong', {}, 'The answer was lost'),
      h(
        'p',
        {},
        'We do not know yet whether you were charged. Press the button once more: it asks for the same payment again and never charges twice.',
      ),
    )
  throw error
}

/** Where the cards are on the page the choice stays as it is; elsewhere the booking is shown as it has become. */
async function sayDeclined(booking, { declineCode }) {
  if (!byId('main').querySelector('form')) await reload(booking.id)
  const reason = declineCode === 'insufficient_funds' ? 'There is not enough money on it.' : 'The bank gave no further reason.'
  notify(
    h('strong', {}, 'The card was declined'),
    h('p', {}, `${reason} Nothing was charged and your seats are still held. Choose another card.`),
  )
}

/** 3-D Secure: the bank's page is opened by the person; then the payment is confirmed here. Null where no bank asks. It is a part of the page, which no other button takes away. */
export function approval(booking) {
  const payment = booking.payments.find(({ status }) => status === 'requires_action')
  if (!payment) return null
  const url = config.approvalUrl && payment.clientSecret ? `${config.approvalUrl}${encodeURIComponent(payment.clientSecret)}` : null
  return h(
    'section',
    { class: 'card' },
    h('h2', {}, 'Your bank wants you to approve this payment'),
    h('p', {}, url ? 'Open the bank’s page, approve, and come back here.' : 'Approve it with your bank, then go on.'),
    h(
      'div',
      { class: 'actions' },
      url ? h('a', { class: 'button', href: url, target: '_blank', rel: 'noopener' }, 'Open the bank’s page') : null,
      h('button', { type: 'button', class: 'primary', onclick: working(() => confirm(booking, payment)) }, 'I have approved it'),
    ),
  )
}

/** Waits for the outcome, as long as the booking's page stays on the screen. */
async function settled(booking, paymentId) {
  notify(
    h('strong', {}, 'Your bank is taking its time'),
    h(
      'p',
      {},
      'The payment is on its way and your seats stay yours meanwhile. This page looks every second; there is no need to pay again.',
    ),
  )
  const shown = byId('main').firstChild
  const until = performance.now() + PATIENCE_MS
  while (performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    const payment = await get(`/payments/${paymentId}`)
    if (!shown.isConnected) return
    if (payment.status === 'failed') return sayDeclined(booking, payment)
    if (payment.status === 'requires_action' || payment.status === 'captured') break
  }
  await reload(booking.id)
}

async function reload(bookingId) {
  const booking = await get(`/bookings/${bookingId}`)
  mention('')
  showBooking(booking)
}
