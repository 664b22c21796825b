import type { ErrorBody, IntentObject } from './objects.ts'

/** A no as Stripe says it: an HTTP status and an error body. */
export class ProviderRefusal extends Error {
  override name = 'ProviderRefusal'
  readonly status: number
  readonly error: ErrorBody

  constructor(status: number, error: ErrorBody) {
    super(error.message)
    this.status = status
    this.error = error
  }

  get body(): string {
    return JSON.stringify({ error: this.error })
  }
}

export const invalidRequest = (message: string, more: Partial<Pick<ErrorBody, 'code' | 'param' | 'charge'>> = {}): ProviderRefusal =>
  new ProviderRefusal(400, { type: 'invalid_request_error', message, ...more })

/** 404 for an id in the address; an id in a parameter that leads nowhere is a 400 with the same code. */
export const missing = (kind: string, id: string, param: string, status: 400 | 404 = 404): ProviderRefusal =>
  new ProviderRefusal(status, { type: 'invalid_request_error', code: 'resource_missing', message: `No such ${kind}: '${id}'`, param })

/** What happens to an intent in the wrong state. The intent is inside, so that the caller learns the state without another call. */
export const unexpectedState = (message: string, intent: IntentObject): ProviderRefusal =>
  new ProviderRefusal(400, { type: 'invalid_request_error', code: 'payment_intent_unexpected_state', message, payment_intent: intent })

export const unauthorized = (message: string): ProviderRefusal => new ProviderRefusal(401, { type: 'invalid_request_error', message })

/** 503 before anything was executed: never kept under a key. */
export const unavailable = (): ProviderRefusal =>
  new ProviderRefusal(503, { type: 'api_error', message: 'The provider is overloaded; nothing was executed. Try again.' })

/** 500 after the execution has begun: kept under the key. */
export const apiError = (): ProviderRefusal =>
  new ProviderRefusal(500, { type: 'api_error', message: 'An unknown error occurred. Retrieve the object to learn what became of it.' })
