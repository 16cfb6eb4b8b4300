import { child, parentOf } from './pointer.ts'
import type { Config, Place, PluginUse } from './types.ts'

type Finder = PluginUse['placeOf']
/** Places by JSON pointer below `options`. */
type Table = Readonly<Record<string, Place>>

/** A configuration without functions, to be sent from one thread to another. Only for `unpack`. */
export type Packed = { readonly packed: Config }

/** What finds the place of an option becomes a table of the places of all of them. */
export const pack = (config: Config): Packed => ({
  packed: withFinders(
    config,
    (use) => Object.fromEntries(pointersIn(use.options).map((at) => [at, use.placeOf(at)])) as never,
  ),
})

export const unpack = ({ packed }: Packed): Config =>
  withFinders(packed, (use) => {
    const table = use.placeOf as unknown as Table
    return (pointer) => nearest(table, pointer)
  })

function withFinders(config: Config, finderOf: (use: PluginUse) => Finder): Config {
  const changed = <Use extends PluginUse>(use: Use): Use => ({ ...use, placeOf: finderOf(use) })
  const { providers, models, routing, stats, observers } = config
  return {
    ...config,
    providers: new Map([...providers].map(([id, use]) => [id, changed(use)])),
    models: new Map(
      [...models].map(([name, model]) => [
        name,
        model.strategy ? { ...model, strategy: changed(model.strategy) } : model,
      ]),
    ),
    routing: { ...routing, strategy: changed(routing.strategy) },
    stats: { ...stats, store: changed(stats.store) },
    observers: observers.map(changed),
  }
}

function pointersIn(value: unknown, at = ''): string[] {
  if (typeof value !== 'object' || value === null) return [at]
  return [at, ...Object.entries(value).flatMap(([key, member]) => pointersIn(member, child(at, key)))]
}

/** Of the option, or of what it would stand in. */
function nearest(table: Table, pointer: string): Place {
  for (let at = pointer; at !== ''; at = parentOf(at)) if (Object.hasOwn(table, at)) return table[at]!
  return table['']!
}
