/** What is said between a snapshot and its thread. */
export interface SnapshotQuestion {
  id: number
  sql: string
}
export type SnapshotAnswer = { id: number; rows: object[] } | { id: number; error: string }

/** The id of the thread's first word, which nobody asked for: the snapshot is taken. */
export const READY = 0
