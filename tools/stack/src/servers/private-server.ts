/** A server of ours: own data, own port, own process. */
export interface PrivateServer {
  readonly name: 'mariadb' | 'mysql' | 'rabbitmq' | 'redis'
  /** With user and password of its administrator. The same after a restart. */
  readonly url: string
  /** Starts it, or finds it running. Returns when it answers. */
  start(): Promise<void>
  /** Ends it in good order; its data stays. */
  stop(): Promise<void>
  /** Ends it as a power cut would: SIGKILL, and no goodbye to its clients. */
  kill(): Promise<void>
  isRunning(): boolean
}
