import { buildWeb } from '../../scripts/build-web.ts'
import { createPage, type HubPage } from '../../src/hub/page/create-page.ts'
import { removeDirectory, temporaryDirectory } from './directory.ts'

/** The page, built from the sources as they are into a folder of its own. */
export async function buildPage(): Promise<{ page: HubPage; directory: string; remove(): Promise<void> }> {
  const directory = await temporaryDirectory()
  await buildWeb(directory)
  return { page: await createPage({ directory }), directory, remove: () => removeDirectory(directory) }
}
