import { readFile } from 'node:fs/promises'
import { RouterError, reasonOf } from '../../base/errors.ts'
import { isObject } from '../../base/json/is-object.ts'
import { gridScaleOf } from '../../base/work-units.ts'
import type { CellPrior, PriorSource } from '../beliefs/prior.ts'

/** What others' measurements are worth, in observations of one's own, where the file does not say. */
const KAPPA = 8
const VERSION = 1
const KEYS = new Set(['endpoint', 'class', 'ttft_ms', 'total_ms', 'tokens_per_second', 'success', 'kappa'])

/**
 * Reads a prior from a JSON file:
 *
 *     { "version": 1, "cells": [{ "endpoint": "openai/gpt-4o-mini", "class": "chat.lt1k.plain", "ttft_ms": 420, "total_ms": 3100,
 *       "tokens_per_second": 75, "success": 0.998, "kappa": 8 }] }
 *
 * `ttft_ms` (streams), `total_ms` (whole answers) and `tokens_per_second` are medians; all but `endpoint` may be
 * missing. Speeds of images and the like are in their own unit (docs/strategies.md). Without `class` it speaks of every
 * class that has no cell of its own. `kappa` says how many observations the cell is worth (8; success at least 4 and at
 * most 50).
 *
 * @throws RouterError ROUTER_PRIOR_UNREADABLE
 */
export async function readPrior(path: string): Promise<PriorSource> {
  const refuse = (reason: string, cause?: unknown) =>
    new RouterError('ROUTER_PRIOR_UNREADABLE', { path, reason }, cause === undefined ? {} : { cause })
  let parsed: unknown
  try {
    parsed = JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    throw refuse(reasonOf(error), error)
  }
  const { version, cells } = isObject(parsed) ? parsed : {}
  if (version !== VERSION) throw refuse(`"version" must be ${VERSION}`)
  if (!Array.isArray(cells)) throw refuse('"cells" must be an array')
  const known = new Map<string, CellPrior>()
  for (const [index, cell] of cells.entries()) {
    const problem = problemOf(cell)
    if (problem !== undefined) throw refuse(`cells[${index}] ${problem}`)
    known.set(keyOf(cell.endpoint, cell.class), priorOf(cell, gridScaleOf(cell.class ?? '')))
  }
  return { find: (endpoint, workloadClass) => known.get(keyOf(endpoint, workloadClass)) ?? known.get(keyOf(endpoint)) }
}

const keyOf = (endpoint: string, workloadClass = '') => `${endpoint}\n${workloadClass}`

function problemOf(cell: unknown): string | undefined {
  if (!isObject(cell)) return 'must be an object'
  if (typeof cell.endpoint !== 'string' || !cell.endpoint.includes('/'))
    return '"endpoint" must be provider/upstream-model'
  if (cell.class !== undefined && typeof cell.class !== 'string') return '"class" must be text'
  const unknown = Object.keys(cell).find((key) => !KEYS.has(key))
  if (unknown !== undefined) return `has an unknown key "${unknown}" (known: ${[...KEYS].join(', ')})`
  const wrong = ['ttft_ms', 'total_ms', 'tokens_per_second', 'kappa'].find(
    (key) => cell[key] !== undefined && !isPositive(cell[key]),
  )
  if (wrong !== undefined) return `"${wrong}" must be a number above zero`
  const { success } = cell
  if (success !== undefined && !(typeof success === 'number' && success >= 0 && success <= 1))
    return '"success" must be from 0 to 1'
  return undefined
}

function priorOf(
  { ttft_ms, total_ms, tokens_per_second, success, kappa = KAPPA }: Record<string, number | undefined>,
  gridScale: number,
): CellPrior {
  const normal = (median: number) => ({ mean: Math.log(median), kappa })
  return {
    ...(ttft_ms !== undefined && { ttft: normal(ttft_ms) }),
    ...(total_ms !== undefined && { total: normal(total_ms) }),
    ...(tokens_per_second !== undefined && { speed: normal(gridScale * tokens_per_second) }),
    // Never certain: a single fault must count.
    ...(success !== undefined && {
      success: { a: kappa * Math.min(0.9999, success), b: kappa * (1 - Math.min(0.9999, success)) },
    }),
  }
}

const isPositive = (value: unknown) => typeof value === 'number' && Number.isFinite(value) && value > 0
