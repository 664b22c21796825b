/**
 * Thrown by a start step for what no waiting mends, such as a secret that does not fit or a program that contradicts itself: the start is over at once.
 * Whatever a person may be mending at this moment (a server that is away, an account that is not there yet) is an ordinary error and is tried again.
 */
export class CannotStart extends Error {
  override name = 'CannotStart'
}
