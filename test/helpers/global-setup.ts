import { rmSync } from 'node:fs'
import { temporaryDirectory } from './directory.ts'
import { killLeftovers } from './processes.ts'

/**
 * A folder for what test files share, gone after the run, and with it every process that they have left: workers end
 * without a chance to clean up. On `exit` too, since an interrupted run skips the teardown.
 */
export default async function setup(): Promise<() => void> {
  const directory = await temporaryDirectory()
  process.env.TEST_SHARED_DIRECTORY = directory
  const end = () => {
    killLeftovers(directory)
    rmSync(directory, { recursive: true, force: true })
  }
  process.once('exit', end)
  return end
}
