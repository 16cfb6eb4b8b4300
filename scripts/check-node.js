// Runs before the tests and the build: says what is wrong where a test runner or compiler would only crash.
import { nodeProblem } from '../bin/node-version.js'

const problem = nodeProblem(process.version)
if (problem !== undefined) {
  console.error(problem)
  console.error(
    'Here this means that `npm ci` ran with --ignore-scripts, so that the pinned Node is missing. Run `npm ci` again without it.',
  )
  process.exit(1)
}
