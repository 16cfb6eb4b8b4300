import { buildCatalogue } from '../../app/build-catalogue.ts'
import { isThisMachine } from '../../base/loopback.ts'
import type { Config, Problem } from '../../config/types.ts'
import { PluginRegistry } from '../../plugins/registry.ts'
import type { Provider } from '../../routing/catalogue.ts'
import { commandLog } from '../log.ts'

const MEANS =
  'Its price counts as the highest of the known ones of its model, or for nothing where none is known, until its answers say what they cost; "max_price" leaves it out.'

/** Endpoints of the file that nobody knows a price of, but for servers on this machine. Asks nobody. */
export async function checkPrices(config: Config): Promise<Problem[]> {
  const registry = new PluginRegistry({ directory: config.source.directory, log: commandLog(), readOnly: true })
  try {
    const { models } = await buildCatalogue(config, registry)
    return [...config.models.values()].flatMap(({ name, endpoints }) =>
      endpoints.flatMap(({ place }, at): Problem[] => {
        const route = models.get(name)?.routes[at]
        if (!route || route.endpoint.price || isOnThisMachine(route.provider)) return []
        return [
          {
            ...place,
            path: `models.${name}.endpoints[${at}]`,
            message: `No price of ${route.endpoint.id} is known.`,
            hint: `${MEANS} Give it a "price", or run router models update.`,
          },
        ]
      }),
    )
  } finally {
    await registry.closeAll()
  }
}

/** What runs here costs nothing by the call. */
function isOnThisMachine({ adapter }: Provider): boolean {
  const asked = adapter.models?.()
  return asked !== undefined && isThisMachine(asked.url.hostname)
}
