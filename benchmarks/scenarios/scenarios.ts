import { ANSWERS } from './cases/answers.ts'
import { CHANGES } from './cases/changes.ts'
import { FAULTS } from './cases/faults.ts'
import { LIMITS } from './cases/limits.ts'
import { PRICES } from './cases/prices.ts'
import { SLOWNESS } from './cases/slowness.ts'
import type { Scenario } from './scenario.ts'

export const SCENARIOS: readonly Scenario[] = [...PRICES, ...SLOWNESS, ...FAULTS, ...LIMITS, ...CHANGES, ...ANSWERS]
