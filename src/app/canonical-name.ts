import { openCatalogue } from '../catalogue/updates.ts'
import { stateDirectory } from '../config/find.ts'
import type { Config } from '../config/types.ts'
import type { PublicEndpoint } from '../federation/protocol/types.ts'

/** What a public model is called over all providers; each service is read when it is first asked for. */
export function canonicalNames(config: Config): (endpoint: PublicEndpoint) => string {
  const published = openCatalogue(stateDirectory(config))
  return ({ provider, model }) => published.find(provider, model)?.canonical ?? model
}
