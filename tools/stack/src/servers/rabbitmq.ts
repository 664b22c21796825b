import { createHash, randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { findProgram, installPackages } from './install.ts'
import { findFreePort, isListening, becomesFree } from '@skyhold/testkit/ports'
import type { PrivateServer } from './private-server.ts'
import { ended, isAlive, markOf, type ProcessMark, run, signalProcess, spawnDetached, terminate, untilReady } from './processes.ts'
import { StateFile, writePrivate } from './state.ts'

/** The wrapper in /usr/sbin changes to the system's account and folders; this one does as it is told. */
const LAUNCHER = '/usr/lib/rabbitmq/bin/rabbitmq-server'
const USER = 'skyhold'

interface RabbitState {
  password: string
  ports: { amqp: number; distribution: number; names: number; management: number } | null
  /** Erlang's name server, which each node needs. Ours has its own port, so that the machine's is left alone. */
  names: ProcessMark | null
  node: ProcessMark | null
}

export class RabbitServer implements PrivateServer {
  readonly name = 'rabbitmq'
  readonly #dir: string
  readonly #file: StateFile<RabbitState>
  readonly #management: boolean
  #state: RabbitState

  constructor({ dir, management }: { dir: string; management: boolean }) {
    this.#dir = path.resolve(dir, 'rabbitmq')
    this.#management = management
    this.#file = new StateFile(path.join(dir, 'rabbitmq.json'))
    this.#state = this.#file.read() ?? { password: randomBytes(18).toString('base64url'), ports: null, names: null, node: null }
  }

  get url(): string {
    return `amqp://${USER}:${this.#state.password}@127.0.0.1:${this.#state.ports?.amqp ?? 0}/%2f`
  }

  /** The HTTP API, which makes a virtual host in 20 ms where the command line takes a second; null when it was not asked for. */
  get managementUrl(): string | null {
    return this.#management ? `http://${USER}:${this.#state.password}@127.0.0.1:${this.#state.ports?.management ?? 0}` : null
  }

  isRunning(): boolean {
    return isAlive(this.#state.node)
  }

  async start(): Promise<void> {
    this.#state = this.#file.read() ?? this.#state
    if (!this.isRunning()) await this.#startAnew()
    const ports = this.#state.ports
    await untilReady({
      what: 'RabbitMQ',
      mark: () => this.#state.node,
      isReady: async () => ports !== null && (await speaksAmqp(ports.amqp)) && (!this.#management || (await isListening(ports.management))),
      withinMs: 90_000,
      logFile: path.join(this.#dir, 'server.log'),
    })
  }

  async stop(): Promise<void> {
    await terminate(this.#state.node, 60_000)
    await terminate(this.#state.names)
    this.#save({ node: null, names: null })
  }

  async kill(): Promise<void> {
    const mark = this.#state.node
    if (!isAlive(mark)) return
    signalProcess(mark, 'SIGKILL')
    await ended(mark, 10_000)
    this.#save({ node: null })
  }

  async #startAnew(): Promise<void> {
    mkdirSync(this.#dir, { recursive: true, mode: 0o700 })
    const ports = await this.#choosePorts()
    this.#writeFiles(ports)
    const logFile = path.join(this.#dir, 'server.log')
    if (!isAlive(this.#state.names)) this.#save({ names: await this.#startNames(ports.names, logFile) })
    const pidFile = path.join(this.#dir, 'pid')
    rmSync(pidFile, { force: true })
    // The launcher ends at once and leaves the node running on its own.
    await run(LAUNCHER, ['-detached'], { env: this.#environment(ports), timeoutMs: 60_000 })
    await untilReady({ what: 'RabbitMQ', mark: () => null, isReady: async () => readPid(pidFile) !== null, withinMs: 60_000, logFile })
    const pid = readPid(pidFile)
    if (pid === null) throw new Error(`RabbitMQ wrote no process id to ${pidFile}.`)
    this.#save({ node: markOf(pid) })
  }

  async #startNames(port: number, logFile: string): Promise<ProcessMark> {
    const epmd = findProgram('epmd')
    if (!epmd) throw new Error('Erlang is installed without epmd, its name server. Install the package erlang-base.')
    const mark = spawnDetached(epmd, ['-port', String(port), '-address', '127.0.0.1'], { logFile })
    await untilReady({ what: 'epmd', mark: () => mark, isReady: () => isListening(port), withinMs: 10_000, logFile })
    return mark
  }

  async #choosePorts(): Promise<NonNullable<RabbitState['ports']>> {
    const known = this.#state.ports
    if (known && (await becomesFree(known.amqp)) && (isAlive(this.#state.names) || (await becomesFree(known.names)))) return known
    // A name server of the old ports would be left behind, and the node would start one that nobody ends.
    await terminate(this.#state.names)
    const base = await findFreePort([0, 1, 2, 3])
    const ports = { amqp: base, distribution: base + 1, names: base + 2, management: base + 3 }
    this.#save({ ports })
    return ports
  }

  #writeFiles(ports: NonNullable<RabbitState['ports']>): void {
    const cookie = path.join(this.#dir, '.erlang.cookie')
    if (!existsSync(cookie)) {
      writeFileSync(cookie, randomBytes(18).toString('hex'), { mode: 0o400 })
      chmodSync(cookie, 0o400)
    }
    writeFileSync(path.join(this.#dir, 'plugins'), this.#management ? '[rabbitmq_management].\n' : '[].\n')
    const definitions = path.join(this.#dir, 'definitions.json')
    writePrivate(definitions, JSON.stringify(definitionsOf(this.#state.password)))
    const conf = {
      'log.console': 'false',
      // Sized for a laptop: the defaults would take 40 % of the memory and refuse to work below 2 GB of free disk.
      'vm_memory_high_watermark.absolute': '512MB',
      'disk_free_limit.absolute': '200MB',
      load_definitions: definitions,
      ...(this.#management ? { 'management.tcp.port': String(ports.management), 'management.tcp.ip': '127.0.0.1' } : {}),
    }
    writePrivate(
      path.join(this.#dir, 'rabbitmq.conf'),
      Object.entries(conf)
        .map(([key, value]) => `${key} = ${value}\n`)
        .join(''),
    )
  }

  #environment(ports: NonNullable<RabbitState['ports']>): NodeJS.ProcessEnv {
    const at = (name: string) => path.join(this.#dir, name)
    return {
      PATH: process.env.PATH,
      LANG: 'C.UTF-8',
      HOME: this.#dir,
      RABBITMQ_NODENAME: 'skyhold@localhost',
      RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
      RABBITMQ_NODE_PORT: String(ports.amqp),
      RABBITMQ_DIST_PORT: String(ports.distribution),
      RABBITMQ_MNESIA_BASE: at('mnesia'),
      RABBITMQ_LOG_BASE: at('log'),
      RABBITMQ_ENABLED_PLUGINS_FILE: at('plugins'),
      RABBITMQ_CONFIG_FILE: at('rabbitmq.conf'),
      RABBITMQ_CONF_ENV_FILE: '/dev/null',
      RABBITMQ_PID_FILE: at('pid'),
      ERL_EPMD_PORT: String(ports.names),
      ERL_EPMD_ADDRESS: '127.0.0.1',
      // Two schedulers that sleep when idle: a broker that spins would take the cores from the services beside it.
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1} +S 2:2 +sbwt none',
    }
  }

  #save(change: Partial<RabbitState>): void {
    this.#state = { ...this.#state, ...change }
    this.#file.write(this.#state)
  }
}

/** RabbitMQ from the machine's packages. */
export async function rabbitServer(options: { dir: string; management: boolean }): Promise<RabbitServer> {
  if (!existsSync(LAUNCHER)) await installPackages(['rabbitmq-server'], 'RabbitMQ')
  if (!existsSync(LAUNCHER))
    throw new Error(
      `RabbitMQ is installed, but ${LAUNCHER} is not there: only Debian's and Ubuntu's packages are known. Set BROKER_URL to a broker that runs.`,
    )
  return new RabbitServer(options)
}

function readPid(file: string): number | null {
  if (!existsSync(file)) return null
  const pid = Number.parseInt(readFileSync(file, 'utf8'), 10)
  return Number.isSafeInteger(pid) && pid > 1 ? pid : null
}

/** One user with a password of our own instead of guest/guest. Read by the node while it boots. */
function definitionsOf(password: string): object {
  const salt = randomBytes(4)
  const hash = Buffer.concat([salt, createHash('sha256').update(salt).update(password).digest()]).toString('base64')
  return {
    users: [{ name: USER, password_hash: hash, hashing_algorithm: 'rabbit_password_hashing_sha256', tags: ['administrator'] }],
    vhosts: [{ name: '/' }],
    permissions: [{ user: USER, vhost: '/', configure: '.*', write: '.*', read: '.*' }],
  }
}

/** Whether the node answers the protocol's greeting. An open port is not enough: it opens before the node takes clients. */
function speaksAmqp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ port, host: '127.0.0.1' })
    const done = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(2000, () => done(false))
    socket.once('error', () => done(false))
    socket.once('close', () => done(false))
    socket.once('connect', () => socket.write(Buffer.from([0x41, 0x4d, 0x51, 0x50, 0, 0, 9, 1])))
    // The first octet of a method frame is 1: Connection.Start.
    socket.once('data', (data) => done(data[0] === 1))
  })
}
