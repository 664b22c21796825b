import type { SeatChanges } from '@skyhold/contracts'
import { type AnswerHead, assertEventDeclared, waitFor } from '@skyhold/testkit'

/** A client of a flight's seat map as a stream of Server-Sent Events. */
export class SeatStream {
  readonly changes: SeatChanges[] = []
  isEnded = false
  readonly #abort = new AbortController()

  /** `lastEventId` is what a browser sends that has been there before. */
  static async open({ url, flightId, lastEventId }: { url: string; flightId: string; lastEventId?: string }): Promise<SeatStream> {
    const stream = new SeatStream()
    const response = await fetch(`${url}/api/v1/flights/${flightId}/seat-map/events`, {
      headers: lastEventId === undefined ? {} : { 'last-event-id': lastEventId },
      signal: stream.#abort.signal,
    })
    if (response.status !== 200 || !response.body) throw new Error(`the stream was refused: ${response.status} ${await response.text()}`)
    void stream.#read(response, response.body)
    return stream
  }

  async #read(answer: AnswerHead, body: ReadableStream<Uint8Array>): Promise<void> {
    let text = ''
    try {
      for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
        text += chunk
        const events = text.split('\n\n')
        text = events.pop() ?? ''
        for (const event of events) {
          assertEventDeclared(answer, event)
          this.#take(event)
        }
      }
    } catch (error) {
      if (!this.#abort.signal.aborted) throw error
    }
    this.isEnded = true
  }

  #take(event: string): void {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(event)?.[1]
    const data = field('data')
    if (data === undefined) return
    const change = JSON.parse(data) as SeatChanges
    if (field('id') !== change.version || field('event') !== 'seats') throw new Error(`not an event of a seat map: ${event}`)
    this.changes.push(change)
  }

  /** So many changes have come. */
  async seen(count: number): Promise<SeatChanges[]> {
    await waitFor(() => this.changes.length >= count, { what: `${count} changes on the stream` })
    return this.changes
  }

  close(): void {
    this.#abort.abort()
  }
}
