import assert from 'node:assert/strict'
import type { ProviderAdapter } from '../api.ts'
import type { Check } from './check.ts'

type MakeCheck = (name: string, run: (adapter: ProviderAdapter) => void | Promise<void>) => Check

/** Names come from clients: any text. */
const NAMES = ['', 'no-such-model', '__proto__', 'constructor', 'a/b@c:d', 'x'.repeat(10_000)]

/** What is known of a model, whatever it is called. */
export function modelChecks(check: MakeCheck, model: string): Check[] {
  const names = [model, ...NAMES]
  return [
    check('capabilities and prices are sane, for any name of a model', (adapter) => {
      for (const name of names) modelSound(adapter, name)
    }),
    check('dataPolicy() is sound, for any name of a model and any region', (adapter) => {
      for (const name of names)
        for (const region of [undefined, 'eu-west-1', 'somewhere']) policySound(adapter, name, region)
    }),
    check('quirks() bears any wire and any name of a model', (adapter) => {
      const wires = Object.values(adapter.wires).flat()
      for (const wire of [...wires, 'no-such-wire']) {
        for (const name of names) {
          const quirks = adapter.quirks?.(wire, name)
          assert.ok(quirks === undefined || typeof quirks === 'object', `the quirks of ${wire} are ${String(quirks)}`)
        }
      }
    }),
  ]
}

function modelSound(adapter: ProviderAdapter, name: string): void {
  const known = adapter.capabilities?.(name) ?? {}
  const { parameters = [], inputModalities = [], outputModalities = [], contextLength, maxOutputTokens } = known
  for (const word of [...parameters, ...inputModalities, ...outputModalities]) assert.match(word, /^[a-z][a-z0-9_]*$/)
  for (const tokens of [contextLength, maxOutputTokens]) {
    assert.ok(tokens === undefined || (Number.isInteger(tokens) && tokens > 0), `${name} has ${tokens} tokens`)
  }
  const { tiers = [], ...rates } = adapter.price?.(name) ?? {}
  for (const [part, usd] of Object.entries(rates)) {
    assert.ok(usd === undefined || (Number.isFinite(usd) && usd >= 0), `the ${part} price of ${name} is ${usd}`)
  }
  for (const { hours, factor } of tiers) {
    if (hours !== undefined) assert.match(hours, /^\d\d:\d\d-\d\d:\d\d$/)
    assert.ok(factor === undefined || factor >= 0, `a factor of the price of ${name} is ${factor}`)
  }
}

function policySound(adapter: ProviderAdapter, name: string, place: string | undefined): void {
  const { zdr, dataCollection, region, source } = adapter.dataPolicy?.(name, place) ?? {}
  assert.ok(!(zdr === true && dataCollection === 'allow'), 'what keeps nothing has nothing to train on')
  if (region !== undefined) assert.match(region, /^[a-z][a-z0-9-]*$/, 'the region is written otherwise')
  if (source !== undefined) assert.equal(new URL(source).protocol, 'https:')
}
