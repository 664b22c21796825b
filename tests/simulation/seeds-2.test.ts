import { playSeeds } from './seeds.suite.ts'

playSeeds({ share: 2, shares: 2 })
