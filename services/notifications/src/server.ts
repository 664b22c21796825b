import { environmentWithDotEnv, runProcess } from '@skyhold/platform'
import { createNotifications } from './app.ts'
import { notificationsSettings } from './config.ts'

await runProcess(() => createNotifications(notificationsSettings(environmentWithDotEnv())))
