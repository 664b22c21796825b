import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { ROLES } from '../src/identity.ts'
import { PERMISSIONS } from '../src/permissions.ts'

const HEAD = `# Permissions

Made by \`node packages/contracts/scripts/permissions.ts\` from [permissions.ts](../packages/contracts/src/permissions.ts), the one table by which routes, the gateway and the use cases decide.
Roles are given by an administrator (\`PUT /api/v1/users/{id}/roles\`); who registers is a \`customer\`. Another customer's resource answers 404, as if it were not there; what a role may not do, 403.
Without signing in, anybody may search, read flights and seat maps, open an account, sign in, and look a booking up by its reference and a family name: the token of that look-up opens this booking alone, for an hour, and neither tells nor changes its contact.

`

/** The text of `docs/permissions.md`: each permission, and which roles have it. */
export function permissionsDocument(): string {
  const rows = Object.entries(PERMISSIONS).map(([name, { roles, allows }]) => {
    const has: readonly string[] = roles
    return `| \`${name}\` | ${allows} | ${ROLES.map((role) => (has.includes(role) ? 'yes' : '')).join(' | ')} |`
  })
  const head = [
    `| permission | allows to | ${ROLES.map((role) => `\`${role}\``).join(' | ')} |`,
    `|---|---|${ROLES.map(() => '---|').join('')}`,
  ]
  return `${HEAD}${[...head, ...rows].join('\n')}\n`
}

if (import.meta.main) writeFileSync(fileURLToPath(new URL('../../../docs/permissions.md', import.meta.url)), permissionsDocument())
