import type { DataPolicy, JsonObject } from '../plugins/api.ts'
import type { Provider } from '../routing/catalogue.ts'

/** A provider in OpenRouter's shape, and what is known of it beside. */
export function providerReport({ id, adapter, dataPolicy }: Provider): JsonObject {
  // What holds of none of its models in particular.
  const policy = { ...adapter.dataPolicy?.(''), ...dataPolicy }
  return {
    name: id,
    slug: id,
    datacenters: policy.region === undefined ? null : [policy.region],
    headquarters: null,
    privacy_policy_url: policy.source ?? null,
    terms_of_service_url: null,
    status_page_url: null,
    operations: Object.keys(adapter.wires),
    data_policy: policyReport(policy),
    simulated: adapter.simulated ?? false,
  }
}

/** `null` where nothing is known. */
export const policyReport = ({ zdr, dataCollection, region }: DataPolicy = {}): JsonObject => ({
  zdr: zdr ?? null,
  data_collection: dataCollection ?? null,
  region: region ?? null,
})
