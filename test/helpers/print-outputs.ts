import { afterEach } from 'vitest'
import { printOutputs } from './router.ts'

/** What routers printed is the first that one wants to know of a test that failed. */
afterEach(({ task }) => printOutputs(task.result?.state === 'fail'))
