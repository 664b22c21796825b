import { environmentWithDotEnv, runProcess } from '@skyhold/platform/without-database'
import { createGateway } from './app.ts'
import { gatewaySettings } from './config.ts'

await runProcess(() => createGateway(gatewaySettings(environmentWithDotEnv())))
