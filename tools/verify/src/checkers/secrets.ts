import type { History } from '../history/history.ts'
import type { Observations } from '../observe/observations.ts'
import { type Checker, counted, type Finding } from './checker.ts'

/** What a stranger may be told: that nothing is there, or that he is to sign in or to wait. */
const AS_IF_ABSENT = [401, 404, 429]

/** I8. */
export const nothingCrossesOwners: Checker = {
  id: 'I8',
  title: 'no answer or e-mail crosses owners',
  check(history, { mails }): Finding {
    const { users } = history.run
    const doors = history.calls.filter(({ operation }) => operation === 'snoop')
    return {
      violations: [
        ...doors
          .filter(({ answer }) => answer !== null && answer.status < 500 && !AS_IF_ABSENT.includes(answer.status))
          .map(({ user, method, path, answer }) => `${user} asked ${method} ${path} of somebody else and was answered ${answer?.status}`),
        ...history.calls.flatMap(({ user, method, path, answer }) =>
          foreignCanaries(history, user, JSON.stringify(answer?.body ?? null)).map(
            (owner) => `${user} asked ${method} ${path} and saw data of ${owner}`,
          ),
        ),
        ...(mails ?? []).flatMap((mail) => {
          const reader = users.find(({ email }) => mail.to.includes(email))?.name ?? 'nobody'
          return foreignCanaries(history, reader, JSON.stringify(mail)).map(
            (owner) => `the e-mail "${mail.subject}" to ${mail.to} has data of ${owner}`,
          )
        }),
      ],
      looked: `${counted(history.calls.length, 'answer')}, ${counted(doors.length, "try at others' doors", "tries at others' doors")}${mails ? `, ${counted(mails.length, 'e-mail')}` : ''}`,
      ...(mails ? {} : { unchecked: 'the e-mails cannot be read from here' }),
    }
  },
}

/** Whose canaries are in a text that is not theirs. An administrator may see everybody's. */
function foreignCanaries({ run }: History, reader: string, text: string): string[] {
  if (reader === 'admin') return []
  const lower = text.toLowerCase()
  return run.users.filter(({ name, canary }) => name !== reader && lower.includes(canary)).map(({ name }) => name)
}

const PATTERNS: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['a stack trace', /\n\s+at .+:\d+:\d+|node:internal|node_modules\//],
  ['SQL', /\b(?:SELECT\b.+\bFROM|INSERT INTO|UPDATE\b.+\bSET|DELETE FROM)\b|\b(?:ER|SQLITE)_[A-Z_]{4,}|Sequelize/],
  ['the hash of a password', /\$(?:argon2(?:id|i|d)|2[aby])\$|\bscrypt[:$]/],
  ['a key', /\b(?:sk_(?:test|live)_|whsec_)[A-Za-z0-9]|-----BEGIN [A-Z ]*PRIVATE KEY/],
]
/** Answers that hand out what is a secret elsewhere. */
const GIVES_TOKENS = ['log in', 'look up']
const TOKENS: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['an access token', /\beyJ[A-Za-z0-9_-]{10,}\.eyJ/],
  ['the token of a look-up', /\bbkt_[A-Za-z0-9_-]{8,}/],
]

/** Logs have stacks, for whoever looks into an error, and name the classes of the database's library; statements they have not. */
const IN_LOGS = [
  /\b(?:SELECT\b.+\bFROM|INSERT INTO|UPDATE\b.+\bSET|DELETE FROM)\b/,
  ...PATTERNS.slice(2).map(([, pattern]) => pattern),
  /\bpi_\w+_secret_\w+/,
]

/** What must not stand in a line of a log: a secret, a statement, a card, or one of these texts. Null when it has none. */
export function secretInLog(line: string, texts: readonly string[]): string | null {
  const lower = line.toLowerCase()
  const text = texts.find((each) => lower.includes(each.toLowerCase()))
  if (text !== undefined) return text
  for (const pattern of [...IN_LOGS, ...TOKENS.map(([, token]) => token)]) {
    const found = pattern.exec(line)?.[0]
    if (found !== undefined) return found
  }
  return cardNumberIn(line)
}

/** Names of the secrets in a text. */
export function secretsIn(text: string, { tokensToo }: { tokensToo: boolean } = { tokensToo: true }): string[] {
  const found = [...PATTERNS, ...(tokensToo ? TOKENS : [])].filter(([, pattern]) => pattern.test(text)).map(([what]) => what)
  return cardNumberIn(text) === null ? found : [...found, 'a card number']
}

/** Alone among its neighbours, so that the digits of an id are none. */
const CARD_NUMBER = /(?<![\w.-])(?:4\d{3}|5[1-5]\d{2}|3[47]\d{2})[ -]?\d{4}[ -]?\d{4}[ -]?\d{3,4}(?![\w.-])/g

const cardNumberIn = (text: string): string | null =>
  (text.match(CARD_NUMBER) ?? []).find((digits) => hasLuhn(digits.replace(/\D/g, ''))) ?? null

/** The check digit that every card has (ISO/IEC 7812-1). */
const hasLuhn = (digits: string): boolean =>
  [...digits].reverse().reduce((sum, digit, i) => {
    const value = Number(digit) * (i % 2 === 0 ? 1 : 2)
    return sum + (value > 9 ? value - 9 : value)
  }, 0) %
    10 ===
  0

/** I13. */
export const nothingLeaks: Checker = {
  id: 'I13',
  title: 'no secret, SQL or stack trace leaves',
  check(history, observations): Finding {
    const { mails, leakingLogLines } = observations
    const unchecked = [...(mails ? [] : ['the e-mails']), ...(leakingLogLines ? [] : ['the logs'])]
    return {
      violations: [
        ...leakingAnswers(history),
        ...leakingMails(observations),
        ...(leakingLogLines ?? []).map((line) => `a log has a secret: ${line}`),
      ],
      looked: `${counted(history.calls.length, 'answer')}${mails ? `, ${counted(mails.length, 'e-mail')}` : ''}${leakingLogLines ? ', the logs' : ''}`,
      ...(unchecked.length ? { unchecked: `${unchecked.join(' and ')} cannot be read from here` } : {}),
    }
  },
}

const leakingAnswers = ({ calls }: History): string[] =>
  calls.flatMap(({ operation, method, path, answer }) =>
    secretsIn(textOf(answer?.body), { tokensToo: !GIVES_TOKENS.includes(operation) }).map(
      (what) => `the answer to ${method} ${path} (${answer?.status}) has ${what}`,
    ),
  )

const leakingMails = ({ mails }: Observations): string[] =>
  (mails ?? []).flatMap(({ subject, to, headers, text, html }) =>
    secretsIn([subject, text, html, ...Object.values(headers)].join('\n')).map((what) => `the e-mail "${subject}" to ${to} has ${what}`),
  )

/** All texts of an answer, as they were before JSON wrote line ends as two characters. */
function textOf(body: unknown): string {
  if (typeof body === 'string') return body
  if (typeof body !== 'object' || body === null) return ''
  return Object.values(body).map(textOf).join('\n')
}
