import { removeDirectory, temporaryDirectory } from './directory.ts'

/** A folder for what test files share, gone after the run: workers end without a chance to clean up. */
export default async function setup(): Promise<() => Promise<void>> {
  const directory = await temporaryDirectory()
  process.env.TEST_SHARED_DIRECTORY = directory
  return () => removeDirectory(directory)
}
