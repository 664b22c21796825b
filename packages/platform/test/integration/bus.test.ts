import { brokers } from '@skyhold/testkit'
import { describeDeadLetters } from './bus.dead-letters.suite.ts'
import { describeLocalFile } from './bus.local.suite.ts'
import { describeRabbitFaults } from './bus.rabbitmq.suite.ts'
import { describeBusRestarts } from './bus.restart.suite.ts'
import { describeBus } from './bus.suite.ts'

for (const broker of brokers()) {
  describeBus(broker)
  describeDeadLetters(broker)
  describeBusRestarts(broker)
  if (broker.name === 'local') describeLocalFile(broker)
  else describeRabbitFaults(broker)
}
