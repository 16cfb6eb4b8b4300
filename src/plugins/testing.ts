/**
 * The conformance kit, exported as `commonroute/plugin/testing`: one suite for anybody's providers and strategies. Free
 * of any test framework:
 *
 *     for (const check of providerChecks(() => plugin.create(options, context), { secrets: ['sk-...'] })) test(check.name, check.run)
 */
export type { Check } from './testing/check.ts'
export { pluginChecks, sampleOptions } from './testing/plugin-checks.ts'
export { type ProviderSample, providerChecks } from './testing/provider-checks.ts'
export { type Quantity, strategyChecks } from './testing/strategy-checks.ts'
