import path from 'node:path'
import { isCode, type SourceFile } from '../source-files.ts'

export interface Import {
  from: string
  isTypeOnly: boolean
}

const STATEMENT = /(?:^|\n)\s*(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/g

export const importsOf = (text: string): Import[] =>
  [...text.matchAll(STATEMENT)].map(([, type, statement, call]) => ({ from: statement ?? call ?? '', isTypeOnly: type !== undefined }))

/**
 * routes → controllers → services → (domain, repositories, clients) → models. What a layer may run of the others;
 * a layer that is not named here (app.ts, config.ts, server.ts) wires the parts and is free.
 */
const MAY_USE: Record<string, readonly string[]> = {
  routes: ['controllers', 'services', 'views', 'domain', 'policies', 'proxy', 'clients'],
  controllers: ['services', 'views', 'domain'],
  consumers: ['services', 'domain'],
  jobs: ['services', 'domain'],
  services: ['domain', 'repositories', 'clients', 'views'],
  integrity: ['domain', 'repositories', 'clients', 'views'],
  repositories: ['models', 'domain'],
  models: ['domain'],
  views: ['domain'],
  clients: ['domain'],
  policies: ['domain'],
  proxy: ['policies', 'domain'],
  domain: [],
}

/** Types bind nothing at run time, so a shape may be named where it is used. Yet nobody below a controller knows the HTTP side, and the domain knows nobody. */
const MAY_NAME: Record<string, readonly string[]> = {
  controllers: ['routes', 'repositories'],
  consumers: ['repositories', 'config'],
  jobs: ['repositories', 'config'],
  services: ['models', 'config'],
  views: ['models', 'repositories', 'routes', 'services'],
  integrity: ['services'],
  clients: ['repositories', 'views', 'policies', 'services', 'config'],
  policies: ['clients', 'config'],
  proxy: ['clients', 'config'],
}

const SERVICES = ['gateway', 'identity', 'flights', 'bookings', 'notifications']
const SEQUELIZE_MAY_BE_IN =
  /^services\/[^/]+\/(src\/(repositories|models)\/|migrations\/|test\/)|^packages\/platform\/(src\/(database|outbox)\/|src\/job-leases\.ts|test\/)|^tools\/bench\//
/** Of the platform they take the part that brings neither Sequelize nor the bus, by which each of them starts in two thirds of the time. */
const WITHOUT_DATABASE = /^(services\/gateway|tools\/(mailbox|simulator))\/src\//
const OUTSIDE_WORLD =
  /^(node:(fs|net|http|https|http2|tls|dns|dgram|child_process|cluster|worker_threads|sqlite|os|process|timers)|undici|fastify|sequelize|mysql2|rabbitmq-client|stripe|nodemailer|smtp-server|pino|croner)(\/|$)/

/** The layer inside a service: `repositories`, or `config` for src/config.ts; null outside of src. */
function layerOf(file: string): { service: string; layer: string } | null {
  const match = /^services\/([^/]+)\/src\/([^/]+?)(?:\.ts$|\/)/.exec(file)
  return match ? { service: match[1] ?? '', layer: match[2] ?? '' } : null
}

/** Sentences about imports that go the wrong way. */
export function importViolations(file: SourceFile): string[] {
  if (!isCode(file)) return []
  return importsOf(file.text).flatMap((each) => {
    const reason =
      sequelizeReason(file, each) ??
      platformReason(file, each) ??
      boundaryReason(file, each) ??
      layerReason(file, each) ??
      domainReason(file, each)
    return reason ? [`${file.path}: imports ${each.from}; ${reason}`] : []
  })
}

function sequelizeReason(file: SourceFile, { from }: Import): string | null {
  if (!/^sequelize(\/|$)/.test(from) || SEQUELIZE_MAY_BE_IN.test(file.path)) return null
  return 'only repositories, models, migrations and the database part of the platform know Sequelize'
}

function platformReason(file: SourceFile, { from }: Import): string | null {
  if (from !== '@skyhold/platform' || !WITHOUT_DATABASE.test(file.path)) return null
  return 'a process without a database takes @skyhold/platform/without-database'
}

function boundaryReason(file: SourceFile, { from }: Import): string | null {
  const [area = '', name = ''] = file.path.split('/')
  const target = from.startsWith('.') ? path.posix.join(path.posix.dirname(file.path), from) : from
  const service = /^(?:@skyhold|services)\/([^/]+)/.exec(target)?.[1] ?? ''
  const isService = SERVICES.includes(service)
  if (area === 'services' && isService && service !== name) return 'services share nothing but packages and events'
  if (area === 'packages' && (isService || /^(services|tools)\//.test(target))) return 'packages stand below the services and the tools'
  if (/^(services|packages)\/(?!testkit\/)[^/]+\/src\//.test(file.path) && from.startsWith('@skyhold/testkit'))
    return 'the testkit is for tests'
  return null
}

function layerReason(file: SourceFile, { from, isTypeOnly }: Import): string | null {
  const here = layerOf(file.path)
  const there = from.startsWith('.') ? layerOf(path.posix.join(path.posix.dirname(file.path), from)) : null
  if (!here || !there || here.layer === there.layer) return null
  const allowed = MAY_USE[here.layer]
  if (!allowed || allowed.includes(there.layer)) return null
  if (isTypeOnly && MAY_NAME[here.layer]?.includes(there.layer)) return null
  return `${here.layer} may not use ${there.layer}${isTypeOnly ? ', not even its types' : ''}`
}

function domainReason(file: SourceFile, { from }: Import): string | null {
  if (layerOf(file.path)?.layer !== 'domain' || !OUTSIDE_WORLD.test(from)) return null
  return 'the domain is pure: no files, no network, no database'
}
