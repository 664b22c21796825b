/** Makes an element. Properties are set as properties; `class`, `aria-*`, `data-*`, `for` and `role` as attributes; `on…` adds a listener. Text is always text, never markup. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value)
    else if (name in element && !name.includes('-') && name !== 'list') element[name] = value
    else if (value !== false) element.setAttribute(name, value === true ? '' : value)
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false))
  return element
}

export const byId = (id) => document.getElementById(id)

/** A field with its label and, where there is one, a hint that is read out with it. */
export function field(label, input, hint) {
  input.id ||= `field-${(field.count = (field.count ?? 0) + 1)}`
  if (hint) input.setAttribute('aria-describedby', `${input.id}-hint`)
  return h(
    'div',
    { class: 'field' },
    h('label', { for: input.id }, label),
    input,
    hint ? h('p', { class: 'quiet', id: `${input.id}-hint` }, hint) : null,
  )
}

/** Shows a view of a step: the heading gets the focus, so that keyboard and screen reader follow. */
export function show(step, heading, ...content) {
  const title = h('h1', { tabIndex: -1 }, heading)
  byId('main').replaceChildren(title, ...content.filter(Boolean))
  for (const item of byId('steps').children) {
    if (item.dataset.step === step) item.setAttribute('aria-current', 'step')
    else item.removeAttribute('aria-current')
  }
  byId('steps').hidden = step === null
  clearNotice()
  mention('')
  title.focus({ preventScroll: true })
  window.scrollTo({ top: 0 })
}

/** Says something that must not be missed. */
export function notify(...content) {
  byId('notice').replaceChildren(h('div', { class: 'notice' }, ...content))
  byId('notice').scrollIntoView({ block: 'nearest' })
}
export const clearNotice = () => byId('notice').replaceChildren()

/** Says something in passing. */
export const mention = (text) => byId('status').replaceChildren(text)

/** Runs the work of a button, which cannot be pressed twice meanwhile. Refusals are shown in their own words. */
export function working(work) {
  return async (event) => {
    event?.preventDefault()
    const button = event?.submitter ?? event?.currentTarget
    if (button?.ariaDisabled === 'true') return
    button?.setAttribute('aria-disabled', 'true')
    clearNotice()
    try {
      await work(event)
    } catch (error) {
      notify(h('strong', {}, error.title ?? 'That did not work'), h('p', {}, error.message))
    } finally {
      button?.removeAttribute('aria-disabled')
    }
  }
}

export function money({ amountMinor, currency }) {
  const format = new Intl.NumberFormat(undefined, { style: 'currency', currency })
  return format.format(amountMinor / 10 ** format.resolvedOptions().maximumFractionDigits)
}

/** Times are shown as the clocks on the spot say: the text of the ISO form, not the reader's zone. */
export const clock = (iso) => iso.slice(11, 16)
export const day = (iso) =>
  new Date(`${iso.slice(0, 10)}T12:00:00Z`).toLocaleDateString(undefined, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    timeZone: 'UTC',
  })
export const words = (name) => name.replaceAll('_', ' ')
