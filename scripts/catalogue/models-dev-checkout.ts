import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'smol-toml'
import { isObject } from '../../src/base/json/is-object.ts'
import type { ModelsDev, ModelsDevModel } from '../../src/catalogue/models-dev.ts'

type Table = Record<string, unknown>

/**
 * The `api.json` of models.dev from its sources: a provider's model takes what it does not say itself from its
 * `base_model` (a path under `models/`), but for what `base_model_omit` names.
 */
export function readCheckout(root: string): ModelsDev {
  const providers = join(root, 'providers')
  const names = readdirSync(providers, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  return Object.fromEntries(
    names.map(({ name }) => [name, { models: modelsIn(root, join(providers, name, 'models')) }]),
  )
}

function modelsIn(root: string, folder: string): Record<string, ModelsDevModel> {
  const models: Record<string, ModelsDevModel> = {}
  for (const file of tomlsIn(folder)) {
    const own = read(join(folder, file))
    if (!own) continue
    const { base_model: base, base_model_omit: omit, ...rest } = own
    const inherited = typeof base === 'string' ? read(join(root, 'models', `${base}.toml`)) : undefined
    const id = file.slice(0, -'.toml'.length)
    models[id] = { ...merged(without(inherited ?? {}, (omit as string[] | undefined) ?? []), rest), id }
  }
  return models
}

const tomlsIn = (folder: string): string[] => {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.toml'))
  } catch {
    return []
  }
}

/** Links that lead nowhere are there, too. */
function read(path: string): Table | undefined {
  try {
    return parse(readFileSync(path, 'utf8')) as Table
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function merged(base: Table, own: Table): Table {
  const all: Table = { ...base }
  for (const [key, value] of Object.entries(own)) {
    const before = all[key]
    all[key] = isObject(before) && isObject(value) ? merged(before, value) : value
  }
  return all
}

function without(table: Table, paths: readonly string[]): Table {
  const copy = structuredClone(table)
  for (const path of paths) {
    const keys = path.split('.')
    const last = keys.pop()!
    let inside: unknown = copy
    for (const key of keys) inside = isObject(inside) ? inside[key] : undefined
    if (isObject(inside)) delete inside[last]
  }
  return copy
}
