import { RouterError } from '../../base/errors.ts'
import { didYouMean } from '../../base/nearest.ts'
import { commonUnit } from '../../base/work-units.ts'
import { bundledRows } from '../../catalogue/bundled.ts'
import { createModelCatalogue } from '../../catalogue/model-catalogue.ts'
import { epochStart } from '../../federation/protocol/epoch.ts'
import type { HubMap, Incident, ListedModel } from '../../federation/protocol/types.ts'
import { bestFirst } from '../../federation/protocol/view/best-first.ts'
import { type CellView, cellViews, type EndpointView, endpointViews } from '../../federation/protocol/view/cell-view.ts'
import { qualityViews } from '../../federation/protocol/view/quality-view.ts'
import type { MapReport, ReportedEndpoint } from '../../terminal/views/map.ts'
import type { FoundMap } from './read-map.ts'

/**
 * A map by model, each model's endpoints the best first. `wanted`: a model by any of its names, else all whose names
 * contain it.
 * @throws RouterError ROUTER_FEDERATION_NO_MODEL
 */
export function mapReport(found: FoundMap, wanted: string | undefined, now: number): MapReport {
  const { map, incidents, from, key, pinned } = found
  const catalogue = createModelCatalogue(bundledRows)
  const canonicalOf = (provider: string, model: string) => catalogue.find(provider, model)?.canonical ?? model
  const groups = Map.groupBy(endpointViews(map), ({ provider, model }) => canonicalOf(provider, model))
  const { passed_over = [], offered = [] } = map
  for (const { provider, model } of [...passed_over, ...offered]) {
    const name = canonicalOf(provider, model)
    if (!groups.has(name)) groups.set(name, [])
  }
  const listed = (models: readonly ListedModel[], name: string) =>
    models
      .filter((each) => canonicalOf(each.provider, each.model) === name)
      .map(({ provider, model, members }) => ({ provider, model, members }))
  const quality = Map.groupBy(qualityViews(map), ({ model }) => model)
  for (const name of quality.keys()) if (!groups.has(name)) groups.set(name, [])
  const classes = classesOf(found.map)
  const chosen = wanted === undefined ? { names: [...groups.keys()], exact: false } : choose(groups, wanted)
  return {
    from,
    key,
    pinned,
    epoch: map.epoch,
    epoch_seconds: map.epoch_seconds,
    k: map.k,
    members: map.members,
    age_s: Math.max(0, Math.round((now - epochStart(map.epoch + 1, map.epoch_seconds)) / 1000)),
    ...(map.probes?.length && {
      probes_age_s: Math.max(0, Math.round(now / 1000 - Math.max(...map.probes.map(({ time }) => time)))),
    }),
    incidents_known: incidents !== undefined,
    models: chosen.names.sort().map((name) => {
      const endpoints = groups.get(name)!.sort(bestFirst)
      const isOf = ({ provider, model }: CellView) =>
        endpoints.some((endpoint) => endpoint.provider === provider && endpoint.model === model)
      return {
        model: name,
        endpoints: endpoints.map((endpoint) =>
          reported(endpoint, classes.get(nameOf(endpoint)) ?? [], incidents ?? [], now),
        ),
        passed_over: listed(passed_over, name),
        offered: listed(offered, name),
        quality: quality.get(name) ?? [],
        ...(chosen.exact && { cells: byClass(cellViews(map).filter((cell) => cell.class !== null && isOf(cell))) }),
      }
    }),
  }
}

/** The cells of the endpoints in a report. */
export function cellsOf({ map }: FoundMap, { models }: MapReport): CellView[] {
  const names = new Set(models.flatMap(({ endpoints }) => endpoints.map(nameOf)))
  return cellViews(map).filter((cell) => cell.model !== null && names.has(nameOf({ ...cell, model: cell.model })))
}

/** Each class anywhere before its places, the best first. */
const byClass = (cells: readonly CellView[]): CellView[] =>
  cells.toSorted((a, b) => {
    const [placeA, placeB] = [placeOf(a), placeOf(b)]
    return placeA === placeB ? bestFirst(a, b) : placeA < placeB ? -1 : 1
  })

const placeOf = ({ class: workload, continent, region }: CellView): string =>
  `${workload}\n${continent ?? ''}\n${region ?? ''}`

const nameOf = ({ provider, model }: { readonly provider: string; readonly model: string }) => `${provider}\n${model}`

function choose(
  groups: ReadonlyMap<string, readonly EndpointView[]>,
  wanted: string,
): { readonly names: string[]; readonly exact: boolean } {
  const name = wanted.toLowerCase()
  const namesOf = (group: string) => [group, ...groups.get(group)!.map(({ model }) => model)]
  const all = [...groups.keys()]
  const exact = all.filter((group) => namesOf(group).some((each) => each.toLowerCase() === name))
  if (exact.length > 0) return { names: exact, exact: true }
  const names = all.filter((group) => namesOf(group).some((each) => each.toLowerCase().includes(name)))
  if (names.length > 0) return { names, exact: false }
  const near = didYouMean(wanted, all, 3)
  throw new RouterError('ROUTER_FEDERATION_NO_MODEL', { model: wanted.slice(0, 200), hint: near ? ` ${near}` : '' })
}

function reported(
  endpoint: EndpointView,
  classes: readonly string[],
  incidents: readonly Incident[],
  now: number,
): ReportedEndpoint {
  const unit = commonUnit(classes)
  const { provider, model, updated_at } = endpoint
  return {
    ...endpoint,
    age_s: Math.max(0, Math.round((now - Date.parse(updated_at)) / 1000)),
    ...(unit && { speed_unit: unit.name }),
    incident: incidents.find((each) => each.provider === provider && each.model === model) ?? null,
  }
}

/** Classes that there are cells of, by endpoint. */
function classesOf({ cells, probes = [] }: HubMap): ReadonlyMap<string, readonly string[]> {
  const classes = new Map<string, string[]>()
  for (const { provider, model, class: workload } of [...cells, ...probes]) {
    if (model === undefined || workload === undefined) continue
    const name = nameOf({ provider, model })
    const known = classes.get(name)
    if (known) known.push(workload)
    else classes.set(name, [workload])
  }
  return classes
}
