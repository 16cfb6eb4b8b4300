import type { JsonObject, Operation } from '../plugins/api.ts'
import type { RoutableModel, Route } from '../routing/catalogue.ts'

/** What is made by who is asked for it, in OpenRouter's words. */
const OUTPUTS: Readonly<Partial<Record<Operation, string>>> = {
  embedding: 'embeddings',
  image: 'image',
  speech: 'speech',
  transcription: 'transcription',
  rerank: 'rerank',
}

/** OpenRouter's `architecture` of a model: what goes in and what comes out, over all of its endpoints. */
export function architecture({ routes }: Pick<RoutableModel, 'routes'>): JsonObject {
  const inputs = new Set(routes.flatMap(({ endpoint }) => endpoint.inputModalities ?? ['text']))
  const outputs = new Set(routes.flatMap(outputsOf))
  if (outputs.size === 0) outputs.add('text')
  return {
    input_modalities: [...inputs],
    output_modalities: [...outputs],
    modality: `${[...inputs].join('+')}->${[...outputs].join('+')}`,
  }
}

/** Where nothing is known of the model: what its provider is for first of all. */
function outputsOf({ endpoint, provider: { adapter } }: Route): readonly string[] {
  if (endpoint.outputModalities) return endpoint.outputModalities
  if (adapter.wires.chat || endpoint.parameters !== undefined) return ['text']
  const made = Object.keys(adapter.wires).flatMap((operation) => OUTPUTS[operation as Operation] ?? [])
  return [made[0] ?? 'text']
}
