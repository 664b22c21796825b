import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs'
import path from 'node:path'
import { finished } from 'node:stream/promises'
import type { Answer, HistoryEvent, Invoke, Lost } from './events.ts'
import { type History, historyOf } from './history.ts'

/** Members whose values open doors; a history file is made to be shown to others. */
const SECRET_MEMBERS = new Set(['password', 'accessToken', 'refreshToken', 'clientSecret'])

/** Keeps every event in memory for the checkers and in a file of JSON lines for people. */
export class Recorder {
  readonly file: string
  readonly #events: HistoryEvent[] = []
  readonly #stream: WriteStream
  #calls = 0

  constructor(file: string) {
    this.file = path.resolve(file)
    mkdirSync(path.dirname(this.file), { recursive: true })
    this.#stream = createWriteStream(this.file)
  }

  get calls(): number {
    return this.#calls
  }

  add(event: HistoryEvent): void {
    this.#events.push(event)
    this.#stream.write(`${JSON.stringify(event, (name, value: unknown) => (SECRET_MEMBERS.has(name) ? '…' : value))}\n`)
  }

  /** Returns the number that the end of the call refers to. */
  invoke(call: Omit<Invoke, 'kind' | 'id' | 'atMs'>): number {
    this.#calls += 1
    this.add({ kind: 'invoke', id: this.#calls, atMs: Date.now(), ...call })
    return this.#calls
  }

  answer(answer: Omit<Answer, 'kind' | 'atMs'>): void {
    this.add({ kind: 'answer', atMs: Date.now(), ...answer })
  }

  lost(lost: Omit<Lost, 'kind' | 'atMs'>): void {
    this.add({ kind: 'lost', atMs: Date.now(), ...lost })
  }

  history(): History {
    return historyOf(this.#events)
  }

  async close(): Promise<void> {
    this.#stream.end()
    await finished(this.#stream)
  }
}
