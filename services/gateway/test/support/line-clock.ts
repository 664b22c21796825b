/** A clock that the test moves. */
export class LineClock {
  ms = Date.parse('2030-01-01T12:00:00Z')
  readonly now = (): number => this.ms
  pass(seconds: number): void {
    this.ms += seconds * 1000
  }
}
