import { bundledRows } from '../../catalogue/bundled.ts'
import type { KnownModel } from '../../catalogue/known-model.ts'
import { createModelCatalogue } from '../../catalogue/model-catalogue.ts'
import type { HubFacts, ListPrice, ModelFacts, ProviderFacts } from '../../hub/facts/facts.ts'
import { type KnownService, primaryServices } from '../../plugins/built-in.ts'

/** In names such as `llama-3.3-70b-fp8`: how the weights are kept. */
const QUANTIZATION = /[-_/.](fp4|nvfp4|mxfp4|fp6|fp8|fp16|fp32|bf16|int4|int8|awq|gptq)(?![a-z0-9])/i

/** What the catalogue and the presets that come with the router know, for a hub's page and lists. */
export async function hubFacts(): Promise<HubFacts> {
  const catalogue = createModelCatalogue(bundledRows)
  const services = new Map((await primaryServices()).map((service) => [service.id, service]))
  return {
    model: (provider, model) => modelFacts(model, catalogue.find(provider, model)),
    provider: (name) => providerFacts(services.get(name)),
  }
}

function modelFacts(name: string, known: KnownModel | undefined): ModelFacts | undefined {
  const quantization = QUANTIZATION.exec(name)?.[1]?.toLowerCase()
  if (!known) return quantization === undefined ? undefined : { quantization }
  const { id: _, price, chatWires: __, priceIsNewer: ___, ...facts } = known
  return { ...facts, ...(quantization !== undefined && { quantization }), ...(price && { price: listPrice(price) }) }
}

const listPrice = ({
  prompt,
  completion,
  cacheRead,
  cacheWrite,
  image,
}: NonNullable<KnownModel['price']>): ListPrice => ({
  input: prompt,
  output: completion,
  ...(cacheRead !== undefined && { cacheRead }),
  ...(cacheWrite !== undefined && { cacheWrite }),
  ...(image !== undefined && { image }),
})

function providerFacts(service: KnownService | undefined): ProviderFacts | undefined {
  const facts = service?.facts
  if (!facts) return undefined
  const { zdr, dataCollection, region, source } = facts.dataPolicy ?? {}
  return {
    title: facts.title,
    ...(zdr !== undefined && { zdr }),
    ...(dataCollection !== undefined && { dataCollection }),
    ...(region !== undefined && { region }),
    ...(source !== undefined && { policySource: source }),
  }
}
