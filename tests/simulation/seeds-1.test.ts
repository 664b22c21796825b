import { playSeeds } from './seeds.suite.ts'

playSeeds({ share: 1, shares: 2 })
