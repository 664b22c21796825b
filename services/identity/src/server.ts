import { environmentWithDotEnv, runProcess } from '@skyhold/platform'
import { createIdentity } from './app.ts'
import { identitySettings } from './config.ts'

await runProcess(() => createIdentity(identitySettings(environmentWithDotEnv())))
