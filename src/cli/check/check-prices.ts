import { buildCatalogue } from '../../app/build-catalogue.ts'
import { isPriced } from '../../app/is-priced.ts'
import type { Config, Problem } from '../../config/types.ts'
import { PluginRegistry } from '../../plugins/registry.ts'
import type { Route } from '../../routing/catalogue.ts'
import { commandLog } from '../log.ts'
import { checkSelectors } from './check-selectors.ts'

/** Named of those that have no price. */
const NAMED = 3

const MEANS =
  'Its price counts as the highest of the known ones of its model, or for nothing where none is known, until its answers say what they cost; "max_price" leaves it out.'

/** What nobody knows a price of, but for servers on this machine. */
interface Unpriced {
  /** Endpoints of the file, and models that selectors ask. */
  readonly warnings: readonly Problem[]
  /** Models that providers offer beside it, a sentence a provider. */
  readonly notes: readonly string[]
  /** Models offered beside those of the file. */
  readonly known: number
}

/** Asks nobody. */
export async function checkPrices(config: Config): Promise<Unpriced> {
  const registry = new PluginRegistry({ directory: config.source.directory, log: commandLog(), readOnly: true })
  try {
    const catalogue = await buildCatalogue(config, registry)
    const { models, known } = catalogue
    const warnings = [...config.models.values()].flatMap(({ name, endpoints }) =>
      endpoints.flatMap(({ place }, at): Problem[] => {
        const route = models.get(name)?.routes[at]
        if (!route || isPriced(route)) return []
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
    const beside = [...known().values()]
    return {
      warnings: [...warnings, ...checkSelectors(config, catalogue)],
      notes: notesOf(beside.flatMap(({ routes }) => routes)),
      known: beside.length,
    }
  } finally {
    await registry.closeAll()
  }
}

function notesOf(routes: readonly Route[]): string[] {
  const without = Map.groupBy(
    routes.filter((route) => route.provider.account === undefined && !isPriced(route)),
    ({ provider }) => provider.id,
  )
  return [...without].map(([provider, models]) => {
    const names = models.slice(0, NAMED).map(({ endpoint }) => endpoint.model)
    const more = models.length > NAMED ? `, and ${models.length - NAMED} more` : ''
    return `No price is known of what ${provider} offers as ${names.join(', ')}${more}. ${MEANS}`
  })
}
