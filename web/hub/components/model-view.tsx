import type { ModelDetail, PageState } from '../state/page-state.ts'
import { CellTable } from './cell-table.tsx'
import { EndpointTable } from './endpoint-table.tsx'
import { Plots } from './plots.tsx'

/** One model: its endpoints, their figures over time, and the parts behind them. */
export function ModelView({ state, model }: { state: PageState; model: ModelDetail }) {
  return (
    <>
      <div class="title">
        <h1>{model.name}</h1>
        <p>
          <a href="./">All models</a>
        </p>
      </div>
      {state.endpoints.length > 0 ? (
        <EndpointTable
          oneModel
          rows={state.endpoints}
          caption={`Endpoints of ${model.name}, over all regions and kinds of requests.`}
        />
      ) : (
        <p class="notice">
          The map has no endpoint of this model: nobody asks for it, or fewer than {state.hub.k} independent members do.
        </p>
      )}
      {model.plots && <Plots data={model.plots} />}
      {model.cells.length > 0 && <CellTable cells={model.cells} model={model.name} />}
    </>
  )
}
