import { environmentWithDotEnv, runProcess } from '@skyhold/platform'
import { createGateway } from './app.ts'
import { gatewaySettings } from './config.ts'

await runProcess(() => createGateway(gatewaySettings(environmentWithDotEnv())))
